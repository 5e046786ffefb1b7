"""What the command line does before it imports Keras: nothing that takes long."""

import json
import subprocess
import sys

import pytest

_CALLS = """
import json, os, sys, types
import typer.testing
import keras_gan_losses_cli as cli

def call(*arguments):
    return typer.testing.CliRunner().invoke(cli.app, arguments, env={"COLUMNS": "200"})

"""


def printed(program, *arguments):
    """What a program prints that may call the command line without importing Keras."""
    command = [sys.executable, "-c", _CALLS + program, *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(ended.stdout)


def test_help_and_wrong_arguments_are_answered_before_keras_is_imported():
    calls = {
        "--help": "Commands",
        "train --help": "--loss",
        "compare --help": "--losses",
        "evaluate --help": "--features",
        "generate --help": "--truncation",
        "train --loss hing": "--loss has no 'hing'. Did you mean 'hinge'?",
        "train --augment a": "--augment has no 'a'.",
        "train --networks r2gan": "--networks has no 'r2gan'. Did you mean 'r3gan'?",
        "train --data x.npy": "There is no file or folder x.npy.",
        "train --epochs 1 --steps 2": "Give --epochs or --steps.",
        "train --validation 1.5": "--validation takes a share between 0 and 1.",
        "train --validation nothing": "There is no nothing.",
        "train --backend theano": "--backend has no 'theano'.",
        "train --epochz 1": "No such option",
        "compare --losses hinge,lsgann": "Did you mean 'lsgan'?",
        "compare --losses hinge --seconds 1 --updates 2": "Give --updates or --seconds.",
        "evaluate none.keras": "There is no file none.keras.",
        "generate none.keras": "There is no file none.keras.",
    }
    program = """
answers = {line: call(*line.split()) for line in json.loads(sys.argv[1])}
outputs = {line: answer.output for line, answer in answers.items()}
print(json.dumps([outputs, sorted({"keras", "numpy", "keras_gan_losses"} & set(sys.modules))]))
"""
    outputs, imported = printed(program, json.dumps(list(calls)))
    assert {line: output for line, output in outputs.items() if calls[line] not in output} == {}
    assert imported == []


_STUBBED = """
class Work(types.ModuleType):
    @staticmethod
    def train(asked_for, **told):
        {does}

for name in ("keras_gan_losses", "keras_gan_losses.cli", "keras_gan_losses.cli.train"):
    sys.modules[name] = Work(name)
os.environ["KERAS_BACKEND"] = "tensorflow"
answer = call("train", *sys.argv[1:])
print(json.dumps([answer.output, answer.exit_code]))
"""


def test_keras_begins_with_the_backend_that_is_asked_for():
    does = 'print(os.environ["KERAS_BACKEND"], "keras" in sys.modules)'
    program = _STUBBED.format(does=does)
    assert printed(program, "--backend", "torch") == ["torch False\n", 0]
    assert printed(program) == ["tensorflow False\n", 0]


def test_a_backend_is_refused_when_keras_has_begun_with_another():
    begun = """
class Config:
    backend = staticmethod(lambda: "jax")
sys.modules["keras"] = types.SimpleNamespace(config=Config)
"""
    program = begun + _STUBBED.format(does='print("trains")')
    assert printed(program, "--backend", "jax") == ["trains\n", 0]
    output, code = printed(program, "--backend", "torch")
    assert code == 1
    assert output.startswith("Error: Keras has begun with jax, and cannot change to torch.")
    assert "KERAS_BACKEND=torch" in output


@pytest.mark.parametrize(
    ("raised", "output", "code"),
    [
        ("KeyboardInterrupt", "Interrupted.\n", 130),
        ("ImportError('no Keras')", "Error: no Keras\n", 1),
    ],
)
def test_what_ends_the_start_is_said_in_one_line(raised, output, code):
    assert printed(_STUBBED.format(does=f"raise {raised}")) == [output, code]
