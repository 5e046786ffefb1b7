from keras_gan_losses.consoles import progress_console


def test_progress_in_a_notebook_is_lines_without_bars(monkeypatch, capsys):
    # What rich looks at, and what kernels ask for.
    monkeypatch.setattr("rich.console._is_jupyter", lambda: True)
    monkeypatch.setenv("FORCE_COLOR", "1")
    console = progress_console()
    console.print("1 of 8")
    assert not console.is_terminal
    assert capsys.readouterr().out == "1 of 8\n"
