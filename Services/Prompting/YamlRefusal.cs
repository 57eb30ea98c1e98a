namespace LlmOps;

/// <summary>Turns the problems of one file into the refusal that a caller sees.</summary>
internal static class YamlRefusal
{
    private const int Shown = 10;

    internal static Refusal Of(IReadOnlyList<Finding> problems)
    {
        var lines = problems.Take(Shown).Select(problem => problem.Line is { } line ? $"{problem.File}:{line}: {problem.Message}" : $"{problem.File}: {problem.Message}");
        var rest = problems.Count > Shown ? $"\n… and {problems.Count - Shown} more." : "";
        return Refusal.Invalid(problems[0].Rule, string.Join('\n', lines) + rest);
    }
}
