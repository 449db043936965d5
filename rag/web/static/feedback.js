import { h } from "./dom.js";
export function feedbackButtons() { return null; }
export function drawFeedback() {}
