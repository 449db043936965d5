"""Requests about feedback."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Response
from pydantic import BaseModel, Field

from rag.web.feedback import Entry, Feedback, evaluation_lines, tells


class Removal(BaseModel):
    """A remark to forget."""

    browser: str = Field(pattern=r"^[0-9a-f]{32}$")
    id: str = Field(max_length=64)


class Reader(BaseModel):
    """Who asks for his remarks."""

    browser: str = Field(pattern=r"^[0-9a-f]{32}$")


def add_feedback_routes(application: FastAPI, feedback: Feedback) -> None:
    """Add the routes of feedback to an application."""

    @application.post("/api/feedback")
    def put(entry: Entry) -> Any:
        feedback.put(entry)
        return {"ok": True}

    @application.post("/api/feedback/remove")
    def remove(body: Removal) -> Any:
        feedback.remove(body.browser, body.id)
        return {"ok": True}

    # A secret name belongs into a body, not into an address that gets logged.
    @application.post("/api/feedback/list")
    def entries(body: Reader) -> Any:
        found = feedback.list(body.browser)
        return {"entries": [{**entry, "tells": tells(entry)} for entry in found]}

    @application.post("/api/feedback/export")
    def export(body: Reader) -> Response:
        lines = [f"{line}\n" for line in evaluation_lines(feedback.list(body.browser))]
        return Response("".join(lines), media_type="application/x-ndjson")
