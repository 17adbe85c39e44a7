"""What the tests of understanding share: the catalogue that ships, learned once."""

import pytest

from intents.dialogue import Understanding
from intents.entities import Entities, load_entities
from intents.load import load_catalogue
from intents.model import Catalogue
from tests.learned import LEARNED


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="session")
def entities() -> Entities:
    return load_entities()


@pytest.fixture(scope="session")
def understanding(catalogue: Catalogue, entities: Entities) -> Understanding:
    return Understanding.train(catalogue, entities, cache=LEARNED)
