"""The default configuration and its page are what the settings say."""

import json

import pytest
import yaml
from jsonschema import Draft202012Validator, ValidationError

from kurucz_a1.checked import entry_paths
from kurucz_a1.settings import Settings
from kurucz_a1.settings.__main__ import main


def test_the_pages_are_up_to_date(project, capsys):
    assert main([str(project / "config"), "--check"]) == 0, capsys.readouterr().err


def test_the_default_configuration_holds_the_defaults(project):
    text = (project / "config" / "config.yaml").read_text(encoding="utf-8")
    assert json.dumps(yaml.safe_load(text)) == json.dumps(Settings().plain())


def test_an_edited_page_is_named_and_written_anew(tmp_path, capsys):
    assert main([str(tmp_path)]) == 0
    page = tmp_path / "README.md"
    written = page.read_text(encoding="utf-8")
    page.write_text(written.replace("320", "32"), encoding="utf-8")
    assert main([str(tmp_path), "--check"]) == 1
    assert capsys.readouterr().err == f"{page}: out of date; run python -m kurucz_a1.settings\n"
    main([str(tmp_path)])
    assert page.read_text(encoding="utf-8") == written


def test_every_entry_is_described(project):
    text = (project / "config" / "README.md").read_text(encoding="utf-8")
    paths = list(entry_paths(Settings))
    whole = "grid.box.abundances"  # one entry of the page, which names those in it
    paths = [path for path in paths if not path.startswith(f"{whole}.")]
    leaves = [path for path in paths if not any(other.startswith(f"{path}.") for other in paths)]
    assert [path for path in leaves if f"| `{path}` |" not in text] == []
    assert " None |" not in text


def test_the_schema_accepts_the_defaults_and_refuses_mistakes(capsys):
    assert main(["--schema"]) == 0
    validator = Draft202012Validator(json.loads(capsys.readouterr().out))
    validator.validate(Settings().plain())
    for mistake in ({"sead": 1}, {"grid": {"count": 4}}, {"grid": {"box": {"teff": [1, 2]}}}):
        with pytest.raises(ValidationError):
            validator.validate(mistake)
