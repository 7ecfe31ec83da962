"""The editor's desk: what is still missing, a look at the draft, publishing, two editions side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bluebook.cli.console import say
from bluebook.messages import Catalogue, message, terminal_language, told

SAYS = Catalogue(__file__)
SHOWN = 40  # lines of one kind that a screen can hold
Out = Annotated[Path, typer.Option(help="写到这个文件夹 / write to this folder")]


def home() -> Path:
    """Return the book's folder; raise BadInput where there are no sources of the book."""
    from bluebook.data.schema import data_root

    found = data_root().parent
    if not (found / "_toc.yml").exists():
        SAYS.refuse("no_sources")
    return found


def status() -> None:
    """这一年度还缺什么，一屏看完 / What the current edition still needs, on one screen."""
    from bluebook.year import status as state
    from bluebook.year.inputs import site_is_current

    root = home()
    for line in state.lines(state.status(root, site_is_current(root))):
        typer.echo(told(*line))


def preview(
    page: Annotated[
        str,
        typer.Argument(help="一页，如 report/index-results；不写就是全书 / one page, else the whole book"),
    ] = "",
    look: Annotated[bool, typer.Option("--open", help="在浏览器里打开 / open in the browser")] = False,
) -> None:
    """预览草稿，出错的页换成说明 / Look at the draft beside the published book; a failing page is a note."""
    from bluebook.site.build import BuildFailure
    from bluebook.site.preview import preview as look_at

    root = home()
    try:
        seen = look_at(root, page)
    except BuildFailure as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(1) from None
    for failure in seen.failed:
        say("preview_failed", page=failure.chapter, cell=failure.cell, error=" ".join(failure.error.split()))
    for line in seen.warnings[:10]:
        say("preview_warned", line=line)
    say("previewed", page=seen.page.relative_to(root).as_posix(), failed=len(seen.failed))
    if look:
        typer.launch(seen.page.as_uri())


def publish(
    out: Out = Path("_site"),
    back: Annotated[bool, typer.Option("--back", help="退回上一次发布的 / back to the last one")] = False,
    checklist: Annotated[
        bool, typer.Option("--checklist", help="只写一张空的签字表 / only write the empty checklist")
    ] = False,
) -> None:
    """发布：各年度的网站放进一个文件夹 / Publish: the site of every edition in one folder, latest/ in front."""
    from bluebook.year import checklist as signed
    from bluebook.year import publish as publishing
    from bluebook.year.inputs import site_is_current

    if back and checklist:
        SAYS.refuse("one_at_a_time")
    root = home()
    if checklist:
        path = signed.lay_out(root / "data", publishing.signing(root))
        say("checklist_laid", path=path.relative_to(root).as_posix())
        return
    where = out if out.is_absolute() else root / out
    if back:
        publishing.back(root, where)
        say("gone_back", out=out)
        return
    done = publishing.publish(root, where, site_is_current(root))
    years = " | ".join(str(e.year) + (f"（{e.release}）" if e.release > 1 else "") for e in done.editions)
    say("published", out=out, years=years)
    if done.left_out:
        say("draft_left_out", year=done.left_out)


def diff(
    before: Annotated[int, typer.Argument(help="早的一年 / the earlier year")],
    after: Annotated[int, typer.Argument(help="晚的一年 / the later year")],
    out: Annotated[Path | None, typer.Option(help="各城市的变化写到这个 CSV / a row a city")] = None,
) -> None:
    """两版相比：谁动了，指标和权重怎么变 / Two editions: who moved, what changed in framework and weights, why."""
    from bluebook.index import tables
    from bluebook.year import diff as comparing

    found = comparing.diff(before, after)
    if out:
        tables.write({out: found.cities})
    for line in comparing.lines(found):
        typer.echo(told(*line))


def template(
    year: Annotated[str, typer.Argument(help="年份 / the year")],
    file: Annotated[Path, typer.Argument(help="写到这个文件，以 .xlsx 结尾 / write to this .xlsx file")],
) -> None:
    """导出这一年度的工作簿，用 Excel 填 / Write the edition's workbook, to be filled in with Excel."""
    from bluebook.desk import tables, workbook

    recovered()
    workbook.save(tables.wanted(year, to_write=False), file)
    say("template_written", file=file)


def import_(
    files: Annotated[
        list[Path], typer.Argument(help="填好的工作簿，可以几份 / filled workbooks, one or more")
    ],
) -> None:
    """导入填好的工作簿：全对才写入，先备份 / Take filled workbooks in: all of it or nothing, behind a backup."""
    import pandas as pd

    from bluebook.data.causes import count
    from bluebook.desk import filled, marking, taking

    home, lang = recovered(), terminal_language()
    done = taking.take(files)
    for said in done.said[:SHOWN]:
        typer.echo(told(*filled.told(said)))
    if len(done.said) > SHOWN:
        say("more_cleaned", n=len(done.said) - SHOWN)
    for fault in done.faults[:SHOWN]:
        typer.echo(fault.line(lang), err=True)
    for warning in done.warnings[:SHOWN]:
        say("warned", line=warning.line(lang))
    if len(done.warnings) > SHOWN:
        say("more_warnings", n=len(done.warnings) - SHOWN)
    if done.faults:
        marked = "、".join(str(path) for path in marking.mark(done.books, done.faults))
        say("import_refused", err=True, n=count(done.faults), file=marked or "—")
        raise typer.Exit(2)
    for row in done.preview.itertuples():
        before = "—" if pd.isna(row.before) else row.before
        say("preview_row", rank=row.rank, city=row.city, score=row.score, before=before)
    if len(done.preview):
        say("preview_of", year=done.year, how=_how(bool(done.preview["computed"].iloc[0])))
    if done.backup is None:
        say("import_nothing", year=done.year)
        return
    say("imported", year=done.year, files=" ".join(done.written))
    say("import_backup", path=done.backup.relative_to(home).as_posix())


def speech(
    file: Annotated[
        Path, typer.Argument(help="讲话稿 .docx、.txt，或填好的表 .xlsx / a speech, or its sheet")
    ],
    out: Annotated[
        Path | None, typer.Option(help="写到这个文件夹，不写就是原处 / else beside the speech")
    ] = None,
    year: Annotated[int | None, typer.Option(help="讲话的年份，不写就是最近的年度 / its year")] = None,
    speaker: Annotated[str, typer.Option(help="发言人，不写就从标题下一行认 / who speaks")] = "",
    chapter: Annotated[
        str, typer.Option(help="草稿放进书里，如 speeches/zhang / make the draft a chapter")
    ] = "",
) -> None:
    """从讲话里找出数和关系，待确认；排出草稿 / Propose a speech's figures and relations; lay out a draft."""
    from bluebook.desk import proposals

    home = recovered()
    if file.suffix.lower() == ".xlsx":
        _confirmed(home, file)
        return
    done = proposals.propose(file, out, year, speaker, chapter)
    for note in done.found.text.notes:
        say("warned", line=note)
    failing = sum(not link.holds for link in done.found.links)
    say("speech_found", n=len(done.found.talk.figures), links=len(done.found.links), failing=failing)
    say("speech_written", sheet=done.sheet, chapter=done.chapter)


review_app = typer.Typer(
    help="一章或全书排成 Word 送校对，再收回改动 / a chapter or all of them to Word for proofreading and back"
)


@review_app.command("out")
def review_out(
    page: Annotated[
        str, typer.Argument(help="哪一章，如 stabilise/growth；all 是全书 / the chapter, or all of them")
    ],
    file: Annotated[
        Path, typer.Argument(help="写到这个 .docx；全书也可写一个新文件夹 / a .docx, for all also a folder")
    ],
) -> None:
    """一章或全书排成 Word：数锁在框里，只改文字 / A chapter or all as Word: figures locked, words free."""
    from bluebook.desk import review
    from bluebook.site.runs import Runs

    home = recovered()
    say("review_out", n=review.out(page, file, Runs(home, home, "zh").glued), file=file)


@review_app.command("in")
def review_in(
    files: Annotated[
        list[Path], typer.Argument(help="校对完的 .docx 或文件夹，可以几份 / what came back, one or more")
    ],
) -> None:
    """收回文字的改动；改了的数只列出，不收 / Take the words back; changed figures are listed, never taken."""
    from bluebook.desk import boxes, review
    from bluebook.site.runs import Runs

    home = recovered()
    done = review.back(files, Runs(home, home, "zh").glued)
    for name in done.chapters:
        changes, conflicts, lost = (
            [one for one in told if one.chapter == name] for told in (done.changes, done.conflicts, done.lost)
        )
        figures = [one for one in done.figures if one.chapter == name]
        written = [one for one in done.written if one.chapter == name]
        if len(done.chapters) > 1 and not (changes or conflicts or lost or figures or written):
            continue
        for one in changes:
            say("review_change", line=one.line, new=one.new)
        for figure in figures:
            say("review_figure", role=figure.role, was=figure.was, now=figure.now or "—")
        for one in conflicts:
            say("review_conflict", new=one.new)
        for one in lost:
            say("review_lost", text=one.old[:60])
        for one in written:
            say("review_written" if one.done else "review_waits", chapter=name, n=one.paragraphs)
        typed = [n for one in changes for n in boxes.typed(one.new, one.old)]
        typed += [n for one in written for n in boxes.typed(one.text)]
        if typed:
            say("review_typed", numbers="、".join(dict.fromkeys(typed)))
        say("review_done", chapter=name, n=len(changes), figures=len(figures), conflicts=len(conflicts))
    if len(done.chapters) > 1:
        say("review_all", chapters=len(done.chapters), n=len(done.changes))


def _confirmed(home: Path, file: Path) -> None:
    from bluebook.data.causes import count
    from bluebook.desk import confirmed

    done = confirmed.take(file)
    for fault in done.faults[:SHOWN]:
        typer.echo(fault.line(terminal_language()), err=True)
    if done.faults:
        say("speech_refused", err=True, n=count(done.faults))
        raise typer.Exit(2)
    say("speech_taken", n=done.figures, links=done.relations, waiting=done.waiting)
    if done.backup:
        say("import_backup", path=done.backup.relative_to(home).as_posix())


def outputs() -> None:
    """写出通稿、要报、发布会、公众号、核对表等 / Write what goes out: Word, slides, article, tables, city pages."""
    from bluebook.desk.out import make
    from bluebook.print.city import one_pagers
    from bluebook.site import figures

    root = home()
    recovered()
    cache = root / "_build" / ".cache" / "figures"
    folder, names = make.outputs(root, one_pagers, draw=lambda spec: figures.drawn(spec, cache)["png"])
    for name in dict.fromkeys(name.partition("/")[0] for name in names):
        typer.echo(f"  {name}")
    say("outputs_written", n=len(names), folder=folder.relative_to(root).as_posix())


def recovered() -> Path:
    """Return the project's folder, what a command that was cut short left there completed."""
    from bluebook.cli.year import home as project

    return project()


def _how(computed: bool) -> tuple[str, str]:
    return message(__file__, "by_data" if computed else "by_scores")


COMMANDS = (status, preview, publish, diff, template, speech, outputs)
