// Shows work on documents: how far it is, and what came of it.
import { boot, count, h, icon, knows, t } from "./dom.js";

const running = (job) => job.state === "waiting" || job.state === "running";

/** Say whether anything is still to be done. */
export const anyRunning = (jobs) => jobs.some(running);

/** Say whether work ended between two looks, begun here or elsewhere. */
export function refreshNeeded(before, after) {
  const ended = new Set(before.filter((job) => !running(job)).map((job) => job.id));
  return after.some((job) => !running(job) && !ended.has(job.id));
}

function summary(report) {
  const counts = ["added", "replaced", "unchanged", "duplicates", "removed"].filter(
    (key) => report[key],
  );
  const words = counts.map((key) => t(`report_${key}`, { count: count(report[key]) }));
  return words.join(t("comma")) || t("report_nothing");
}

function refusals(list) {
  return list.length
    ? h(
        "ul",
        { "aria-label": t("refused") },
        list.map(([name, reason]) =>
          h(
            "li",
            {},
            h("span", { class: "badge bad" }, t("refused")),
            h("span", {}, [name, reason].filter(Boolean).join(" — ")),
          ),
        ),
      )
    : null;
}

function stageText(job) {
  if (job.state === "waiting") return t("job_waiting");
  const key = `stage_${job.stage}`;
  return knows(key) ? t(key) : t("job_running");
}

/** Return the element of one job, or of an upload (`kind` "upload"). */
export function jobElement(job) {
  if (job.kind === "upload") {
    const finished = job.done >= job.total;
    if (finished && !job.refused.length) return null;
    return h(
      "div",
      { class: "job" },
      h(
        "p",
        {},
        finished
          ? t("uploaded", { count: count(job.total - job.refused.length), all: count(job.total) })
          : t("uploading", { done: count(job.done), all: count(job.total) }),
      ),
      finished
        ? null
        : h("progress", {
            max: job.total,
            value: job.done,
            "aria-label": t("uploading", { done: job.done, all: job.total }),
          }),
      refusals(job.refused),
    );
  }
  if (job.state === "failed") {
    return h(
      "div",
      { class: "job" },
      h(
        "p",
        {},
        h("span", { class: "badge bad" }, icon("warn"), t("job_failed")),
        " ",
        job.error.message[boot.language] ?? job.error.message.en,
      ),
    );
  }
  if (job.state === "done") {
    const refused = job.report.refused.map((refusal) => [
      "",
      boot.language === "zh" ? refusal.reason_chinese : refusal.reason,
    ]);
    return h(
      "div",
      { class: "job" },
      h(
        "p",
        {},
        h("span", { class: "badge good" }, icon("check"), t(`job_${job.kind}`)),
        " ",
        summary(job.report),
      ),
      refusals(refused),
    );
  }
  const known = job.total > 0;
  return h(
    "div",
    { class: "job" },
    h(
      "p",
      {},
      t(`job_${job.kind}`),
      " · ",
      stageText(job),
      known ? ` ${count(job.done)} / ${count(job.total)}` : "",
    ),
    h("progress", {
      "aria-label": stageText(job),
      ...(known ? { max: job.total, value: job.done } : {}),
    }),
  );
}
