using System.Text.RegularExpressions;
using LlmOps.Evaluation;

namespace LlmOps.Evals;

/// <summary>One immutable version of a dataset: the file as it was put, named by the hash of its bytes.</summary>
/// <param name="Segments">Cases per segment.</param>
/// <param name="Check">What the data gate found; null where there was no gate yet.</param>
public sealed partial record DatasetVersion(
    string App, string Name, string Sha256, string Text, string? Schema, int Cases, IReadOnlyDictionary<string, int> Segments, string Author, DateTimeOffset CreatedAt,
    DatasetCheck? Check = null)
{
    private const string NoSegment = "";

    public static Result<DatasetVersion> Of(string name, PutDataset put, string author, DateTimeOffset now)
    {
        if (Unnamed(name) is { } refusal)
            return refusal;
        if (put.Schema?.Contains('\0', StringComparison.Ordinal) == true)
            return Refusal.Invalid("nul-character", $"The schema of {name} holds the character NUL. Remove it.");
        var read = Dataset.Parse(put.Text, $"{name}.jsonl");
        if (read.Refused)
            return read.Refusal;
        var cases = read.Value.Cases;
        if (cases.FirstOrDefault(@case => $"{@case.Id}{@case.Segment}".Contains('\0', StringComparison.Ordinal)) is { } broken)
            return Refusal.Invalid("nul-character", $"{name}.jsonl:{broken.Line}: the id or segment holds the character NUL. Remove it.");
        var segments = cases.GroupBy(@case => @case.Segment ?? NoSegment).Where(group => group.Key != NoSegment).ToDictionary(group => group.Key, group => group.Count());
        return new DatasetVersion(put.App, name, read.Value.Sha256, put.Text, put.Schema, cases.Count, segments, author, now);
    }

    /// <summary>Whether the other brings nothing new: the same bytes, held to the same contract.</summary>
    public bool IsSame(DatasetVersion other) => Sha256 == other.Sha256 && Schema == other.Schema && Check is not null;

    /// <summary>Refuses a name that is no plain file name: it stands in addresses, files and reports.</summary>
    public static Refusal? Unnamed(string name) => Plain().IsMatch(name)
        ? null
        : Refusal.Invalid("name-not-allowed", $"\"{name}\" cannot be a name. Use letters, digits, dots, dashes and underscores, starting with a letter or digit, at most 100.");

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,99}\z")]
    private static partial Regex Plain();
}
