"""opening/conference: the meeting, what is printed of it, by whom, and when."""

import desk
import pytest
from desk import change, opened

data = desk.data
CHAPTER = "opening/conference"
TALKS, UNITS = "editions/2022/talks.csv", "editions/2022/units.csv"


@pytest.fixture(scope="module")
def now():
    """The chapter as it is."""
    return opened(CHAPTER)


def add_talks(data, *numbers):
    """Add talks of the key session to the table."""
    path = data / TALKS
    rows = "".join(f"{i},甲,A,某人{i},Someone,教授,Professor,key,{i + 20},newsletter\n" for i in numbers)
    path.write_text(path.read_text("utf-8") + rows, "utf-8")


def test_everything_said_holds_and_every_figure_is_there(now):
    assert now.broken == []
    assert list(now.figures) == ["fig-roles"]


def test_six_of_twelve_talks_are_printed_and_the_rest_belong_to_the_key_session(now):
    found = now.glued
    assert (found["n_places"], found["n_talks"], found["n_missing"]) == (12, 6, 6)
    assert found["share_key"] == 25 and found["share_all"] == 50
    seats = now.names["seats"]
    assert set(seats.loc[seats["讲话人"] == "没有印出", "环节"]) == {"重点发言"}


def test_six_days_lie_between_the_meeting_on_a_monday_and_the_print_on_a_sunday(now):
    assert now.glued["days"] == 6
    assert (now.glued["weekday_held"], now.glued["weekday_printed"]) == ("星期一", "星期日")


def test_pages_follow_from_first_pages_and_the_last_end_is_unknown(now):
    length = now.names["length"]
    assert list(length[:-1]) == [1, 2, 11, 7, 2] and length.isna().iloc[-1]


def test_nine_units_wrote_and_two_of_the_hosts_are_among_them(now):
    assert [now.glued[n] for n in ("n_organisers", "n_authors", "n_both")] == [6, 9, 2]
    assert now.glued["platforms"].count("、") == 3


def test_a_talk_found_later_is_counted(data):
    add_talks(data, 7)
    there = opened(CHAPTER)
    assert (there.glued["n_talks"], there.glued["n_missing"]) == (7, 5)
    assert there.broken == ["剩下的赵西三和王小艳"]


def test_the_sentence_about_the_missing_talks_falls_once_none_is_missing(data):
    add_talks(data, *range(7, 13))
    assert {"本书只转述见到的部分", "人都在重点发言"} <= set(opened(CHAPTER).broken)


def test_the_institute_gains_a_list_when_it_is_named_among_the_authors(data, now):
    institute = "河南中原创新发展研究院"
    change(data / UNITS, {"author": "true"}, unit_zh=institute, author="false")
    assert opened(CHAPTER).names["times"][institute] == now.names["times"][institute] + 1


def test_an_end_for_the_last_text_changes_the_shares(now):
    there = opened(CHAPTER, ("shift(-1)", "shift(-1, fill_value=30)"))
    assert there.glued["pages_all"] == now.glued["pages_all"] + 5
    assert "最后一篇止于哪一页没有印" in there.broken
