"""`python -m benchmarks`, from the folder to the table, with real processes."""

import pytest

from benchmarks.cli import main
from benchmarks.results import Table
from tests.benchmarks import texts


def test_a_comparison_is_run_once_and_taken_from_the_table_the_next_time(tmp_path, capsys):
    folder, path = texts.classic(tmp_path / "classic"), tmp_path / "t.csv"
    (folder / "upms_sdst" / "J_torn.txt").write_text("this is no instance\n")
    ask = ["classic", "--data", str(folder), "--only", "upms_sdst", "--seconds", "1"]
    ask += ["--against", "atcs", "--csv", str(path)]
    assert main(ask) == 1  # ours has no plan for the torn one
    rows = {(row.instance, row.engine): row for row in Table(path).rows}
    assert rows["I_3_2", "tileplan"].gap_percent == 0.0
    assert rows["I_3_2", "tileplan"].atcs == rows["I_3_2", "atcs"].objective
    assert 10 < rows["I_3_2", "atcs"].peak_mb < 1000
    assert rows["J_torn", "tileplan"].objective is None
    assert "NotReadable" in rows["J_torn", "tileplan"].note
    said, text = capsys.readouterr().out, path.read_text()
    assert "no plan on J_torn" in said
    assert main(ask) == 1
    assert path.read_text() == text
    assert capsys.readouterr().out == said


def test_a_missing_folder_and_an_unknown_instance_are_said_in_words(tmp_path, capsys):
    assert main(["plant", "--data", str(tmp_path / "none")]) == 2
    assert "--data" in capsys.readouterr().err
    assert main(["plant", "--data", str(tmp_path)]) == 2
    folder = texts.classic(tmp_path / "classic")
    assert main(["classic", "--data", str(folder), "--only", "I_3_2,nowhere"]) == 2
    assert "nowhere" in capsys.readouterr().err


@pytest.mark.parametrize("wrong", [["--against", "magic"], ["--seeds", "one"]])
def test_an_unknown_opponent_or_seed_is_refused(wrong, capsys):
    with pytest.raises(SystemExit):
        main(["plant", *wrong])
    assert wrong[1] in capsys.readouterr().err
