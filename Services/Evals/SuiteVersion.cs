using LlmOps.Evaluation;

namespace LlmOps.Evals;

/// <summary>One immutable version of a suite's file.</summary>
/// <param name="Dataset">Name of the dataset it asks for.</param>
public sealed record SuiteVersion(string App, string Name, string Sha256, string Dataset, string Text, string Author, DateTimeOffset CreatedAt)
{
    /// <summary>Its scorers that grade as judges.</summary>
    public IReadOnlyList<Scorer> Judges() => Suite.Parse(Text, $"{Name}.yaml").Value is { } suite
        ? [.. suite.Scorers.Select(Scorer.Create).Select(scorer => scorer.Value).OfType<Scorer>().Where(scorer => scorer.JudgeIdentity is not null)]
        : [];

    public static Result<SuiteVersion> Of(string name, PutSuite put, string author, DateTimeOffset now)
    {
        if (DatasetVersion.Unnamed(name) is { } refusal)
            return refusal;
        if (put.Text.Contains('\0', StringComparison.Ordinal))
            return Refusal.Invalid("nul-character", $"{name}.yaml holds the character NUL. Remove it.");
        var suite = Suite.Parse(put.Text, $"{name}.yaml");
        return suite.Refused
            ? suite.Refusal
            : new SuiteVersion(put.App, name, ContentHash.OfText(put.Text), Path.GetFileNameWithoutExtension(suite.Value.Dataset), put.Text, author, now);
    }
}
