"""report/purpose: what the book names of itself follows from the table of topics."""

import desk
import pytest
from desk import opened

data = desk.data
CHAPTER, TOPICS = "report/purpose", "editions/2022/topics.csv"


@pytest.fixture(scope="module")
def now():
    """The chapter as it is."""
    return opened(CHAPTER)


def test_everything_said_holds_and_every_figure_is_there(now):
    assert now.broken == []
    assert list(now.figures) == ["fig-chapters", "fig-topics", "fig-regions"]


def test_at_one_topic_a_chapter_four_of_25_have_no_name(now):
    squares = now.figures["fig-chapters"].table.set_index("部分")["章"]
    assert squares.sum() == 25 and squares["没有点名"] == 4 == now.glued["n_unnamed"]
    assert tuple(squares[["行业篇", "区域篇", "探索篇"]]) == (5, 6, 6)


def test_a_square_is_named_by_its_topic(now):
    assert len(now.names["names"]) == 25 and now.names["names"].count("没有点名") == 4


def test_the_two_lists_share_nine_topics(now):
    table = now.figures["fig-topics"].table
    both = (table["框架结构"] == "是") & (table["出版社致辞"] == "是")
    assert both.sum() == 9 == now.glued["n_both"]
    assert now.glued["n_in_structure"] == 19 and now.glued["n_publisher"] == 2
    assert now.glued["n_publisher_all"] == 11


def test_six_cities_make_half_of_gdp_and_less_of_the_people(now):
    said = now.glued
    assert said["n_cities"] == 6 and round(said["gdp_share"]) == 49 and round(said["people_share"]) == 38
    assert said["ranks"] == "1、2、5、8、10、14"


def test_when_every_chapter_has_a_name_the_sentence_on_the_rest_falls(data):
    rows = [f"industry,题目{i},Topic {i},,true,false,newsletter\n" for i in range(4)]
    (data / TOPICS).write_text((data / TOPICS).read_text("utf-8") + "".join(rows), "utf-8")
    there = opened(CHAPTER)
    assert there.glued["n_unnamed"] == 0 and "章，我们不知道写什么" in there.broken
    assert any("这一期没有提到" in told for told in there.broken)
    assert there.names["names"][2:11] == [*there.names["names"][2:7], *(f"题目{i}" for i in range(4))]


def test_merging_the_lane_change_with_manufacturing_keeps_nine():
    old = 'bb.own_table("topics")'
    there = opened(CHAPTER, (old, old + ".query(\"topic_zh != '优势产业换道领跑'\")"))
    assert there.glued["n_both"] == 9 and there.glued["n_publisher"] == 1
    assert there.broken == ["框架里都没有写"]


def test_nanyang_among_the_named_takes_back_the_title_of_the_map():
    there = opened(CHAPTER, ('isin(topics["city"])', 'isin([*topics["city"], "411300"])'))
    assert there.glued["n_cities"] == 7 and there.glued["gdp_share"] > 55
    assert any("豫南豫东" in told for told in there.broken)


def test_a_city_that_the_publisher_names_takes_back_that_it_names_none(data):
    text = (data / TOPICS).read_text("utf-8")
    (data / TOPICS).write_text(text.replace("410300,true,false", "410300,true,true"), "utf-8")
    assert "城市一个也没有进任文武的单子" in opened(CHAPTER).broken
