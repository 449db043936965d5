export function drawSettings() {}
