"""The solver's Sun against the observed energy distribution."""

from stage import stage
from tables import write_table

with stage(snakemake):
    from kurucz_a1.atmosphere import SolverOptions, solve
    from kurucz_a1.spectrum.sed import spectral_energy_distribution
    from kurucz_a1.validation.solar_energy import SUN, compare_energy, read_calspec

    observed = read_calspec(snakemake.input.observed)
    sun = solve(**SUN, options=SolverOptions(**snakemake.params.solver))
    write_table(snakemake.output.energy, compare_energy(spectral_energy_distribution(sun), *observed))
