import keras
import numpy as np
import pytest

import keras_gan_losses as kgl
from tests import tiny
from tests.models import own_round


@keras.saving.register_keras_serializable(package="tests_of_cards")
class Doubled(keras.layers.Layer):
    def call(self, inputs):
        return 2.0 * inputs


def rows_of(card, heading):
    """Cells of the table under a heading, by the first of each row."""
    section = card.split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line[:1] == "|"]
    return {name: cells for name, *cells in rows[2:]}


def written(model, tmp_path, **kwargs):
    model.save_card(tmp_path / "README.md", **kwargs)
    return (tmp_path / "README.md").read_text()


def test_a_card_tells_networks_game_and_results(tmp_path):
    gan = tiny.compiled_gan(
        loss="r1",
        penalties=[kgl.penalties.LeCamPenalty(weight=0.3)],
        generator_optimizer=keras.optimizers.Adam(0.02, beta_1=0.25),
        fakes_per_real=2,
        run_eagerly=True,
    )
    history = gan.fit(tiny.samples(16), batch_size=4, epochs=2, verbose=0)
    card = written(
        gan,
        tmp_path,
        history=history,
        metrics={"frechet_distance": 12.3456789},
        data="Points of the plane.",
        picture="samples.png",
    )
    parameters = f"{gan.generator.count_params():,}"
    assert rows_of(card, "Networks")["generator"][1] == parameters
    game = rows_of(card, "Game")
    assert game["rounds played"] == ["8"]
    assert game["fakes_per_real"] == ["`2`"]
    assert "R1Penalty(gamma=10, " in card
    assert "LeCamPenalty(weight=0.3, " in card
    assert game["generator_optimizer"][0].startswith("`Adam(learning_rate=0.02, ")
    assert "beta_1=0.25" in game["generator_optimizer"][0]
    assert rows_of(card, "Measured") == {"frechet_distance": ["12.3457"]}
    ends = [f"{history.history['real_score'][each]:.6g}" for each in (0, -1)]
    assert rows_of(card, "Training")["real_score"] == ends
    assert "## Data\n\nPoints of the plane.\n" in card
    assert "](samples.png)" in card
    assert card.count("*To be written:*") == 1


def test_the_code_of_a_card_loads_the_model_and_uses_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    gan = tiny.compiled_gan(num_classes=3)
    gan.save("kept.keras")
    card = written(gan, tmp_path, file="kept.keras")
    namespace = {"condition": 1}
    exec(card.split("```python\n")[1].split("```")[0], namespace)
    np.testing.assert_array_equal(namespace["samples"], gan.generate(16, 1, seed=0))
    assert "one of 3 classes" in card


def test_a_card_names_classes_that_must_be_imported_first(tmp_path):
    generator, discriminator = tiny.networks()
    wrapped = keras.Sequential([keras.Input((4,)), generator, Doubled()])
    assert "Doubled`" in written(kgl.GAN(wrapped, discriminator, latent_dim=4), tmp_path)
    assert "First import" not in written(tiny.compiled_gan(), tmp_path)


def test_hugging_face_is_told_what_kind_of_model_it_is(tmp_path):
    image, label = (8, 8, 1), {"num_classes": 3}
    pairs = {
        "pipeline_tag: unconditional-image-generation": (
            kgl.GAN(*kgl.architectures.dcgan(image, 4, width=4), latent_dim=4)
        ),
        "pipeline_tag: image-to-image": kgl.GAN(
            kgl.architectures.unet_generator(image, width=4),
            kgl.architectures.patch_discriminator(image, image, width=4, depth=1),
        ),
        "- gan\n": kgl.GAN(*kgl.architectures.dcgan(image, 4, width=4, **label), latent_dim=4),
    }
    for line, gan in pairs.items():
        head = written(gan, tmp_path).split("---\n")[1]
        assert head.endswith(line.removesuffix("\n") + "\n")


def test_a_model_of_named_players_has_a_card_too(tmp_path):
    model = own_round.make(rate=0.02)
    card = written(model, tmp_path)
    assert set(rows_of(card, "Networks")) == set(model.networks)
    game = rows_of(card, "Game")
    assert game["generator"][0].startswith("`Adam(learning_rate=0.02, ")
    assert "LeCamPenalty(" in card
    assert "First import what defines `tests.models.own_round.AsGAN`." in card


def test_what_is_no_table_of_values_is_refused_and_no_card_written(tmp_path):
    gan = tiny.compiled_gan()
    with pytest.raises(TypeError, match="`metrics` must be a dictionary"):
        written(gan, tmp_path, metrics=[0.5])
    with pytest.raises(TypeError, match="`history` must be a dictionary"):
        written(gan, tmp_path, history=[0.5])
    assert list(tmp_path.iterdir()) == []
