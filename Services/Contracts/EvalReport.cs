namespace LlmOps;

public sealed record EvalReport(int SchemaVersion);
public sealed record CaseResult(string Id);
