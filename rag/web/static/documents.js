export function startDocuments() { return () => {}; }
