"""Requests about documents: list, show, add, remove, index again; and about collections."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from rag.errors import IndexNotFound, UsageError
from rag.web.catalogue import (
    Collection,
    clean_label,
    not_writable,
    safe_relative,
    write_whole,
)
from rag.web.jobs import Jobs
from rag.web.library import Library, files_of
from rag.web.views import document_view

FILE_LIMIT = 20_000_000
"""Bytes of one uploaded file."""

FILES_LIMIT = 2_000
"""Files that may be uploaded to one collection."""

COLLECTION_LIMIT = 1_000_000_000
"""Bytes that may be uploaded to one collection."""

_MAXIMUM_REACH = 50_000
_LISTED = 200


class NewCollection(BaseModel):
    """A collection to make."""

    label: str = Field(max_length=200)


class Named(BaseModel):
    """A collection by name."""

    collection: str = Field("", max_length=40)


class Pasted(Named):
    """A text to add as a document."""

    title: str = Field(max_length=200)
    text: str = Field(max_length=900_000)


class Chosen(Named):
    """Documents by id."""

    ids: list[str] = Field(min_length=1, max_length=5_000)


def add_document_routes(application: FastAPI, library: Library, jobs: Jobs) -> None:
    """Add the routes of documents and collections to an application."""
    _add_collection_routes(application, library)

    @application.post("/api/upload")
    async def upload(request: Request, name: str, collection: str = "") -> Any:
        content = await request.body()
        place = await run_in_threadpool(library.place, collection)
        stored = await run_in_threadpool(store_file, place, name, content)
        await run_in_threadpool(jobs.expect, place)
        return stored

    @application.post("/api/paste")
    def paste(body: Pasted) -> Any:
        place = library.place(body.collection)
        title = clean_label(body.title[:60]) if body.title.strip() else _first_words(body.text)
        if not body.text.strip():
            raise UsageError("There is no text to add.", "没有可以添加的文字。")
        store_file(place, f"{title}.txt", body.text.encode())
        return jobs.add(place).view()

    @application.get("/api/jobs")
    def list_jobs(collection: str = "") -> Any:
        return {"jobs": jobs.of(library.place(collection).name)}

    @application.post("/api/index")
    def index(body: Named) -> Any:
        return jobs.add(library.place(body.collection)).view()

    @application.post("/api/reindex")
    def reindex(body: Named) -> Any:
        return jobs.reindex(library.place(body.collection)).view()

    @application.post("/api/documents/remove")
    def remove(body: Chosen) -> Any:
        return jobs.remove(library.place(body.collection), body.ids).view()


def add_reading_routes(application: FastAPI, library: Library) -> None:
    """Add the routes that only show documents."""

    @application.get("/api/document")
    def document(
        id: str,  # noqa: A002 - the name of the parameter in the address
        collection: str = "",
        at: int = 0,
        reach: int = 6000,
        side: str = "around",
        spans: str = "",
    ) -> Response:
        with library.bot(collection, {}) as bot:
            found = library.lookup(bot)(id)
        if found is None:
            return JSONResponse({"code": "gone"}, status_code=404)
        view = document_view(
            found,
            at=max(0, min(at, len(found.text))),
            reach=max(200, min(reach, _MAXIMUM_REACH)),
            side=side if side in ("before", "after") else "around",  # type: ignore[arg-type]
            spans=read_spans(spans),
        )
        return JSONResponse(view)

    @application.get("/api/documents")
    def documents(collection: str = "", query: str = "", offset: int = 0) -> Any:
        return list_documents(library, collection, query=query, offset=max(0, offset))


def _add_collection_routes(application: FastAPI, library: Library) -> None:
    @application.get("/api/collections")
    def collections() -> Any:
        if library.catalogue is None:
            return {"collections": []}
        return {"collections": [_collection_view(entry) for entry in library.catalogue.all()]}

    @application.post("/api/collections/new")
    def new_collection(body: NewCollection) -> Any:
        library.place("")
        assert library.catalogue is not None
        return _collection_view(library.catalogue.create(body.label))

    @application.post("/api/collections/remove")
    def remove_collection(body: Named) -> Any:
        library.place(body.collection)
        assert library.catalogue is not None
        library.catalogue.remove(body.collection)
        library.forget(body.collection)
        return {"ok": True}


def list_documents(
    library: Library, collection: str, *, query: str = "", offset: int = 0
) -> dict[str, Any]:
    """Return a page of the documents whose title or id holds ``query``, and how many there are."""
    try:
        with library.bot(collection, {}) as bot:
            found: Sequence[Any] = bot.index.documents()
    except (UsageError, IndexNotFound):
        if library.catalogue is None or not library.place(collection).made:
            raise
        found = []
    wanted = query.strip().casefold()
    matching = [d for d in found if wanted in f"{d.title}\n{d.id}".casefold()]
    return {
        "total": len(found),
        "matching": len(matching),
        "documents": [
            {
                "id": document.id,
                "title": document.title or document.id,
                "date": document.metadata.get("date", ""),
                "characters": document.characters,
                "passages": document.passages,
                "places": len(document.paths),
            }
            for document in matching[offset : offset + _LISTED]
        ],
    }


def store_file(place: Collection, name: str, content: bytes) -> dict[str, Any]:
    """Keep an uploaded file for a collection; it is indexed by a job.

    Raises UsageError for an empty or unreadable kind of file and where a limit is reached,
    IndexNotWritable where the disk takes no more.
    """
    from rag.readers import supported_suffixes

    relative = safe_relative(name)
    if not place.writable:
        raise UsageError(
            "The shipped documents cannot be changed; make a collection of your own.",
            "随附的文档不能修改，请新建自己的文档集。",
        )
    if relative.suffix.lower() not in supported_suffixes():
        known = " ".join(supported_suffixes())
        raise UsageError(
            f"{relative.name} is of a kind that cannot be read; convert it to one of {known}.",
            f"{relative.name} 的格式不受支持，请转换为 {known} 之一。",
        )
    if not content:
        raise UsageError(f"{relative.name} is empty.", f"{relative.name} 是空文件。")
    existing = files_of(place.files)
    try:
        size = sum(path.stat().st_size for path in existing)
        target = place.files / relative
        if target.is_dir() or any(parent.is_file() for parent in target.parents):
            raise UsageError(
                f"{relative.name} has the name of a folder; rename it.",
                f"{relative.name} 与已有文件夹同名，请改名。",
            )
        if target.exists() and target.read_bytes() == content:
            return {"name": str(relative), "unchanged": True}
    except OSError as error:
        raise not_writable(place.files, error) from error
    if len(existing) >= FILES_LIMIT or size + len(content) > COLLECTION_LIMIT:
        raise UsageError(
            f"The collection is full ({FILES_LIMIT} files, {COLLECTION_LIMIT // 10**6} MB); "
            "remove documents or index the folder with rag index.",
            f"文档集已满（{FILES_LIMIT} 个文件、{COLLECTION_LIMIT // 10**6} MB）；"
            "请删除一些文档，或用 rag index 索引整个文件夹。",
        )
    write_whole(target, content)
    return {"name": str(relative), "unchanged": False}


def read_spans(text: str) -> list[tuple[int, int, int]]:
    """Read ``"3-9,20-31"`` as marks 0, 1 …; what is not of that form is left out."""
    spans = []
    for position, piece in enumerate(text.split(",")[:200]):
        start, _, end = piece.partition("-")
        if start.isdecimal() and end.isdecimal() and len(piece) < 40:
            spans.append((int(start), int(end), position))
    return spans


def _collection_view(collection: Collection) -> dict[str, Any]:
    return {
        "name": collection.name,
        "label": collection.label,
        "made": collection.made,
        "writable": collection.writable,
        "shipped": not collection.writable,
    }


def _first_words(text: str) -> str:
    line = next((line for line in text.splitlines() if line.strip()), "text")
    return clean_label(line.strip()[:40] or "text")
