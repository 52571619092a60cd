# What the abundance of each element does to an atmosphere: docs/elements.md. Not a part of the default target.

ELEMENTS = f"{RESULTS}/elements"
PAGES = Path(config["validation"]["document"]).parent


use rule solver_stage as element_effects with:
    input:
        opacities=OPACITY_TABLE,
    output:
        effects=f"{ELEMENTS}/effects.csv",
        errors=f"{ELEMENTS}/errors.csv",
    pathvars:
        job="element_effects",
    resources:
        mem_mb=growing(4000),
        runtime=growing(60),
    params:
        **calls("elements:effects", solver=numbers_of("solver")),


use rule stage as element_figure with:
    input:
        table=rules.element_effects.output.effects,
    output:
        pdf=f"{ELEMENTS}/elements.pdf",
        png=f"{ELEMENTS}/elements.png",
    pathvars:
        job="element_figure",
    params:
        **calls("figures:draw", figure="elements", code=drawing("elements")),


use rule stage as elements with:
    input:
        rules.element_figure.output.pdf,
        effects=rules.element_effects.output.effects,
        errors=rules.element_effects.output.errors,
        png=rules.element_figure.output.png,
    output:
        document=str(PAGES / "elements.md"),
        image=str(PAGES / "images" / "elements.png"),
    pathvars:
        job="elements",
    params:
        **calls(
            "elements:write_page",
            solver=numbers_of("solver"),
            captions={"elements": caption("elements")},
        ),
