"""The page of operations: what a reader of Chinese sees of background work."""

from tests import factories
from tileplan.kernel import jobs


def test_a_task_is_named_in_the_readers_words(sign_in, database):
    jobs.enqueue("planning.solve", "RUN-00001")
    page = sign_in(factories.user("admin"), language="zh").get("/operations/").text
    assert "排产求解" in page
    assert "planning.solve" not in page
    assert "Solve a plan" in sign_in(factories.user("admin")).get("/operations/").text
