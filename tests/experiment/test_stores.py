"""One suite for every store, and what a file does besides."""

import sqlite3

import numpy as np
import pytest

import surrogate as sg
from surrogate.errors import SpaceError, StoreError, SurrogateWarning
from surrogate.experiment import Runs, Store
from surrogate.experiment.memory import Campaign, MemoryStore, Planned
from surrogate.experiment.records import Record

CAMPAIGN = Campaign("star", "1", "abc", ("y",), "{}", 0, {"python": "3"})


class StoreSuite:
    @pytest.fixture
    def store(self, tmp_path):
        raise NotImplementedError

    def test_records_come_back_exactly(self, store):
        numbers = [0.1 + 0.2, 5e-324, -0.0, 1.7976931348623157e308]
        records = [Record("ok", {"y": y, "s": np.array([y, 1.0])}, seconds=0.5) for y in numbers]
        keys = [str(k) for k in range(4)]
        store.begin(CAMPAIGN)
        store.plan(Planned(key, {"x": 0.5}) for key in keys)
        store.keep(keys, records)
        known = store.known(keys)
        assert [known[key].outcomes["y"].hex() for key in keys] == [y.hex() for y in numbers]
        assert [known[key].outcomes["s"].tobytes() for key in keys] == [
            each.outcomes["s"].tobytes() for each in records
        ]
        assert {each.seconds for each in known.values()} == {0.5}

    def test_what_a_simulator_says_is_text_and_nothing_else(self, store):
        reason = '\'); DROP TABLE runs; -- \N{SNOWMAN}\x00 "quoted"'
        store.begin(CAMPAIGN)
        store.plan([Planned("k'; --", {"x": reason})])
        store.keep(["k'; --"], [Record("error", reason=reason)])
        assert store.known(["k'; --"])["k'; --"] == Record("error", {}, reason)

    def test_only_finished_runs_are_known(self, store):
        store.begin(CAMPAIGN)
        store.plan([Planned("a", {"x": 1.0}), Planned("b", {"x": 2.0})])
        store.keep(["b"], [Record("ok", {"y": 1.0})])
        assert list(store.known(["a", "b", "c"])) == ["b"]

    def test_a_run_may_be_made_again(self, store):
        store.begin(CAMPAIGN)
        store.plan([Planned("a", {"x": 1.0})])
        store.keep(["a"], [Record("timeout")])
        store.plan([Planned("a", {"x": 1.0})])
        store.keep(["a"], [Record("ok", {"y": 1.0})])
        assert store.known(["a"])["a"].ok


class TestMemory(StoreSuite):
    @pytest.fixture
    def store(self):
        return MemoryStore()


class TestFile(StoreSuite):
    @pytest.fixture
    def store(self, tmp_path):
        with Store(tmp_path / "star.db") as store:
            yield store

    def test_runs_stand_in_the_order_they_were_planned(self, store):
        store.begin(CAMPAIGN)
        store.plan(Planned(key, {"x": key}) for key in "cab")
        store.keep(["b", "c"], [Record("ok", {"y": 1.0})] * 2)
        store.keep(["a"], [Record("error", reason="no")])
        table = store.to_frame()
        assert [each["x"] for each in table.inputs] == ["c", "a", "b"]
        assert table.attempt.tolist() == [1, 1, 1]

    def test_a_campaign_tells_where_it_came_from(self, store):
        store.begin(CAMPAIGN)
        assert store.campaigns().ended.isna().all()
        store.end()
        row = store.campaigns().iloc[0]
        assert (row["name"], row["version"], row["seed"]) == ("star", "1", "0")
        assert row["provenance"] == '{"python": "3"}'
        assert row["started"] <= row["ended"]

    def test_a_file_has_one_writer_and_many_readers(self, store):
        store.begin(CAMPAIGN)
        store.plan([Planned("a", {"x": 1.0})])
        store.keep(["a"], [Record("ok", {"y": 1.0})])
        with pytest.raises(StoreError, match="another process is writing to the store"):
            Store(store.path)
        with Store(store.path, read_only=True) as reader:
            assert len(reader.to_frame()) == 1

    def test_a_closed_store_leaves_one_file(self, store):
        store.begin(CAMPAIGN)
        store.close()
        assert [each.name for each in store.path.parent.iterdir()] == ["star.db"]

    def test_no_column_holds_anything_but_numbers_and_text(self, store):
        store.begin(CAMPAIGN)
        store.plan([Planned("a", {"x": 1.0})])
        store.keep(["a"], [Record("ok", {"y": 1.0, "s": np.arange(3.0)})])
        store.close()
        with sqlite3.connect(store.path) as database:
            (blob,) = database.execute("SELECT outcomes FROM runs").fetchone()
        database.close()
        assert np.frombuffer(blob, "<f8").tolist() == [1.0, 0.0, 1.0, 2.0]


def test_a_file_of_something_else_is_left_alone(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("these are my notes, and no database " * 100)
    before = path.read_bytes()
    with pytest.raises(StoreError, match=r"it is not a store; give another path"):
        Store(path)
    assert path.read_bytes() == before


def test_a_database_of_another_program_is_left_alone(tmp_path):
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE runs (mine TEXT)")
    database.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="SQLite file of another program"):
        Store(path)
    assert path.read_bytes() == before


def test_a_store_of_another_schema_version_is_refused(tmp_path):
    path = tmp_path / "old.db"
    Store(path).close()
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(StoreError, match="schema version 99, this package reads version 1"):
        Store(path)


def test_a_locked_file_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr("surrogate.experiment.files._PATIENCE", 0.01)
    path = tmp_path / "star.db"
    Store(path).close()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("PRAGMA locking_mode = EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreError, match="locked by another process"):
        Store(path)
    other.close()


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(StoreError, match=r"the folder .*nowhere of the store star\.db"):
        Store(tmp_path / "nowhere" / "star.db")


def test_reading_makes_no_file(tmp_path):
    with pytest.raises(StoreError, match="there is no store at"):
        Runs.from_store(tmp_path / "star.db")
    assert not list(tmp_path.iterdir())


def test_a_store_of_several_simulators_asks_which(tmp_path, space, design):
    path = tmp_path / "two.db"
    for name in ("up", "down"):
        simulator = sg.Simulator(lambda x, k: x, space, outcomes=["y"], name=name)
        sg.run(simulator, design, store=path, n_workers=0)
    with pytest.raises(StoreError, match=r"several simulators .'up' version '', 'down'"):
        Runs.from_store(path)
    assert len(Runs.from_store(path, simulator="down")) == len(design)


def test_runs_are_read_without_the_simulator(tmp_path, noisy, design, exact):
    path = tmp_path / "star.db"
    runs = sg.run(noisy, design, store=path, n_workers=0, replicates=2, origin="pilot")
    read = Runs.from_store(path)
    assert exact(read) == exact(Runs.concat([runs, runs]).select(range(48)))
    assert read.origin.unique().tolist() == ["pilot"]
    assert read.space == runs.space


def test_rows_of_unequal_replicates_are_told(tmp_path, noisy, design):
    path = tmp_path / "star.db"
    sg.run(noisy, design[:40], store=path, n_workers=0, replicates=2)
    sg.run(noisy, design, store=path, n_workers=0)
    with pytest.warns(SurrogateWarning, match="of 8 rows with another number, 8 with fewer"):
        assert len(Runs.from_store(path)) == 40


def test_a_space_with_a_callable_is_given_again(tmp_path):
    space = sg.Space(x=(0.0, 1.0), derived={"z": lambda frame: 2 * frame["x"]})
    simulator = sg.Simulator(lambda x, z: x + z, space, outcomes=["y"])
    runs = sg.run(simulator, space.sample(8, rng=0), store=tmp_path / "s.db", n_workers=0)
    with pytest.raises(SpaceError, match="callable"):
        Runs.from_store(tmp_path / "s.db")
    read = Runs.from_store(tmp_path / "s.db", space=space)
    assert read.to_frame().equals(runs.to_frame())
