"""`gatehouse --version` names the release that is installed."""

from importlib.metadata import version

from typer.testing import CliRunner

from bot.cli.app import app


def test_the_version_is_that_of_the_package() -> None:
    told = CliRunner().invoke(app, ["--version"])
    assert (told.exit_code, told.output.strip()) == (0, f"gatehouse {version('gatehouse')}")
