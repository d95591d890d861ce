"""The page as a file: one piece, offline, small, escaped, and equal to the tables behind it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pandas as pd
import pytest

from surrogate.errors import ArgumentError
from surrogate.estimates import Estimate
from surrogate.pages import write_report
from surrogate.pages.discovery import discovery_page
from surrogate.pages.runs import STEPS
from surrogate.regions import Box
from surrogate.space import Categorical, Integer, Normal, Space, Uniform

DASH, MINUS = "\N{EN DASH}", "\N{MINUS SIGN}"
EVIL = "<script>alert(1)</script>"


class Reader(HTMLParser):
    """Collects what the tests ask about: tags with attributes, and the text outside scripts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.scripts: list[str] = []
        self._inside = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append((tag, dict(attrs)))
        self._inside = tag
        if tag == "script":
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "script":
            self.scripts[-1] += data
        elif self._inside != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    @property
    def data(self) -> dict[str, Any]:
        return json.loads(self.scripts[0])


def test_the_file_named_is_written_and_returned(
    found: Any, certificate: Any, tmp_path: Any
) -> None:
    path = write_report(found, tmp_path / "star.html", certificate=certificate)
    assert path == tmp_path / "star.html"
    assert path.read_bytes() == discovery_page(found, certificate).encode()


def test_a_missing_folder_is_refused_by_name(found: Any, tmp_path: Any) -> None:
    with pytest.raises(ArgumentError, match=r"no folder .*nowhere"):
        write_report(found, tmp_path / "nowhere" / "star.html")


def test_sixty_boxes_and_many_runs_stay_small_enough_to_mail(build: Any) -> None:
    page = discovery_page(build(n_boxes=60, n_runs=2000))
    assert len(page.encode()) < 70_000


def test_nothing_outside_is_asked_for(found: Any, certificate: Any) -> None:
    page = discovery_page(found, certificate)
    addresses = {"src", "href", "action", "data", "srcset", "poster", "xlink:href"}
    assert not [tag for tag, attributes in Reader(page).tags if addresses & set(attributes)]
    assert set(re.findall(r"https?://[\w./]*", page)) == {"http://www.w3.org/2000/svg"}
    assert "@import" not in page
    assert "url(" not in page


def test_the_policy_admits_exactly_the_own_style_and_script(found: Any) -> None:
    reader = Reader(discovery_page(found))
    policy = next(a["content"] for tag, a in reader.tags if "http-equiv" in a)
    assert policy is not None
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    inline = [name for _, attributes in reader.tags for name in attributes if name[:2] == "on"]
    styled = [tag for tag, attributes in reader.tags if "style" in attributes]
    assert inline == styled == []


@pytest.mark.parametrize("evil", [EVIL, '"><img src=x>', "it's <!-- -->", "a\u2028b & c"])
def test_text_of_users_stays_text(build: Any, evil: str) -> None:
    space = Space(
        {evil: Uniform(0, 1, unit=evil, description=evil), "kind": Categorical([evil, "b"])}
    )
    runs = build().runs
    inputs = space.sample(len(runs.inputs), rng=0).set_index(runs.inputs.index)
    failures = pd.DataFrame({"status": ["error"], "reason": [evil]}, index=[evil])
    runs = replace(
        runs,
        space=space,
        inputs=inputs,
        failures=failures,
        provenance={"simulator": evil, evil: evil},
    )
    trajectory = (Box({}), Box({evil: (0.2, 0.8), "kind": [evil]}))
    hostile = build(
        space=space,
        runs=runs,
        trajectory=trajectory,
        case=evil,
        choice=evil,
        teacher_sentence=evil,
        teacher_scores=pd.DataFrame({evil: [evil]}),
        provenance={evil: [evil]},
        index=1,
    )
    reader = Reader(discovery_page(hostile, title=evil))
    plain = Reader(discovery_page(build()))
    assert {tag for tag, _ in reader.tags} <= {tag for tag, _ in plain.tags}
    assert len(reader.scripts) == 2
    assert reader.data["inputs"][0]["name"] == evil
    assert " ".join(evil.split()) in reader.text


def test_title_replaces_the_heading_and_keeps_the_question(found: Any) -> None:
    text = Reader(discovery_page(found, title="Star, spring")).text
    assert text.startswith(
        "Star, spring Scenario discovery · star Star, spring When is stability < 0"
    )


def test_the_answer_is_the_rule_of_the_chosen_box(found: Any) -> None:
    text = Reader(discovery_page(found)).text
    assert "nodes ≥ 3" in text
    assert found.box.rule() in text
    assert f"B{found.choice[1:]}." in text


def test_numbers_equal_the_tables(found: Any, certificate: Any) -> None:
    reader = Reader(discovery_page(found, certificate))
    boxes = reader.data["boxes"]
    assert len(boxes) == len(found.curve) == len(found.trajectory)
    columns = ["coverage", "density", "mass", "coverage_runs", "density_runs", "mass_runs"]
    shown = np.array([box["scores"] for box in boxes])
    np.testing.assert_allclose(shown, found.curve[columns].to_numpy(), rtol=1e-3)
    row = found.curve.iloc[found.index]
    for value in (*row[columns], *map(float, found.scores.values()), float(certificate.density)):
        assert f"{value:.3f}" in reader.text


def test_every_rule_and_region_can_be_put_together_again(found: Any) -> None:
    data = Reader(discovery_page(found)).data
    for box, shown in zip(found.trajectory, data["boxes"], strict=True):
        region = json.loads(json.dumps(data["region"]))
        for position in shown["limits"]:
            record = data["limits"][position]
            for key, value in record[4].items():
                region[key][data["inputs"][record[0]]["name"]] = value
        assert Box.from_json(json.dumps(region)) == box
        assert shown["rule"] == box.rule()


def test_scores_of_four_kinds_stay_in_their_groups(found: Any, certificate: Any) -> None:
    text = Reader(discovery_page(found, certificate)).text.split("Scores, by kind")[1]
    kinds = ["in-sample", "teacher's estimate", "cross-fitted", "certified"]
    places = [text.index(f"{kind} {DASH}") for kind in kinds]
    assert places == sorted(places)
    assert "0.980 at least 0.961 (95 %) 298" in text[places[3] :].replace("\xa0", " ")


def test_without_a_certificate_the_page_says_how_to_get_one(found: Any) -> None:
    text = Reader(discovery_page(found)).text
    assert "sg.certify(found.box, simulator, 'stability < 0')" in text
    assert f"certified {DASH}" not in text


def test_a_certificate_of_another_region_shows_its_rule(found: Any, certificate: Any) -> None:
    elsewhere = replace(certificate, box=Box({"delay": (0.0, 0.123)}))
    reader = Reader(discovery_page(found, elsewhere))
    assert "not about the chosen box but about this region: 0 <= delay <= 0.123" in reader.text
    assert reader.data["certified"] is None


def test_a_box_that_restricts_nothing_is_everywhere(build: Any) -> None:
    whole = build(n_boxes=1)
    reader = Reader(discovery_page(whole))
    assert "everywhere: no input is restricted" in reader.text
    assert reader.data["boxes"][0]["limits"] == []


def test_unknown_numbers_become_null_and_a_dash(build: Any) -> None:
    found = build(n_boxes=3)
    curve = found.curve.copy()
    curve.loc[2, ["density", "coverage"]] = np.nan
    reader = Reader(discovery_page(replace(found, curve=curve, index=2)))
    assert reader.data["boxes"][2]["scores"][:2] == [None, None]
    assert f"density {DASH}, coverage {DASH}" in reader.text


def test_infinite_supports_show_the_runs_and_say_so(build: Any) -> None:
    space = Space(x=Normal(0, 1), n=Integer(1, 4), z=Uniform(0, 1))
    runs = replace(build().runs, space=space, inputs=space.sample(300, rng=0))
    runs = replace(runs, outcomes=pd.DataFrame({"stability": runs.inputs["x"]}))
    trajectory = (Box({}), Box({"x": (-np.inf, 0.0)}))
    found = build(space=space, runs=runs, trajectory=trajectory, index=1)
    data = Reader(discovery_page(found)).data
    x = data["inputs"][0]
    assert x["extent"].startswith(f"open range, drawn {MINUS}")
    assert f"{MINUS}2" in [text for _, text in x["ticks"]]
    assert all(0 <= step <= STEPS for step, _ in x["ticks"])
    ((left, right),) = data["limits"][0][2]
    assert left == 0
    assert 0.4 * STEPS < right < 0.6 * STEPS


def test_failed_runs_are_counted_by_reason(build: Any) -> None:
    text = Reader(discovery_page(build(n_failed=6))).text
    assert "error ZeroDivisionError: row 0 3" in text
    assert "No run failed" not in text


def test_no_failure_is_said(build: Any) -> None:
    assert "No run failed" in Reader(discovery_page(build(n_failed=0))).text


def test_many_reasons_are_cut_with_their_number(build: Any) -> None:
    found = build()
    failures = pd.DataFrame({"status": "error", "reason": [f"reason {k}" for k in range(50)]})
    page = discovery_page(replace(found, runs=replace(found.runs, failures=failures)))
    assert "... and 30 more reasons." in page


def test_the_same_discovery_gives_the_same_page(build: Any) -> None:
    assert discovery_page(build(n_runs=900)) == discovery_page(build(n_runs=900))


def test_without_folds_the_page_says_that_nothing_was_measured(build: Any) -> None:
    text = Reader(discovery_page(build(scores={}))).text
    assert "Not measured: discover was told n_folds=0." in text
    assert f"cross-fitted {DASH}" not in text


def test_a_certificate_that_asked_no_coverage_draws_no_diamond(
    found: Any, certificate: Any
) -> None:
    partial = replace(certificate, coverage=Estimate(np.nan, 0.0, 1.0, 0, "not asked"))
    assert 'class="certified"><title>' in discovery_page(found, certificate)
    page = discovery_page(found, partial)
    assert 'class="certified"><title>' not in page
    assert "There was nothing to measure it on." in page


def test_every_score_says_of_how_many_it_is_a_share(found: Any) -> None:
    text = Reader(discovery_page(found)).text.split("Scores, by kind")[1]
    inside = found.box.contains(found.runs.inputs)
    cases = found.runs.outcomes["stability"] < 0
    for name, size in (("density", inside.sum()), ("coverage", cases.sum()), ("mass", 300)):
        value = found.curve.iloc[found.index][f"{name}_runs"]
        assert f"{name} {value:.3f} {DASH} {size} the runs it was fitted on" in text
