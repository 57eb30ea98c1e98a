using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmOps.Evaluation;

/// <summary>1 where the answer names an expected label, else 0. The answer is the label itself, JSON <c>{label, confidence}</c>, or, with a closed list of <c>labels</c>, a text that names exactly one of them.
/// Case of letters, quotes and a final full stop do not count. Figures over many answers: <see cref="Classification"/>.</summary>
public sealed class ClassificationScorer(SuiteScorer settings) : Scorer(settings, threshold: 1)
{
    public override Score Score(ScoredCase answered)
    {
        var expected = answered.Expected?.Texts ?? [];
        if (expected.Count == 0)
            return Evaluation.Score.Missing("The case expects no label.");
        if (Settings.Labels is { } labels && expected.FirstOrDefault(label => !labels.Any(known => Same(known, label))) is { } stranger)
            return Evaluation.Score.Missing($"The expected label \"{stranger}\" is not among the labels.");
        var (said, confidence) = Said(answered.Output);
        var label = Settings.Labels is null ? said : OneOf(Settings.Labels, said);
        if (label is null)
            return Evaluation.Score.Of(0, Threshold, "names no label, or several") with { Confidence = confidence };
        var right = expected.FirstOrDefault(accepted => Same(accepted, label));
        return Evaluation.Score.Of(right is null ? 0 : 1, Threshold, right is null ? $"{label}, not {expected[0]}" : label) with { Label = right ?? label, Confidence = confidence };
    }

    /// <summary>What <see cref="Classification"/> is reckoned from; null where there is nothing to judge by.</summary>
    public LabelPair? Pair(ScoredCase answered)
    {
        var score = Score(answered);
        return score.Value is null ? null : new LabelPair(score.Value == 1 ? score.Label! : answered.Expected!.Texts[0], score.Label, score.Confidence);
    }

    private static (string? Label, double? Confidence) Said(string output)
    {
        var text = NormalText.Plain(output);
        if (text is ['{', .., '}'])
        {
            try
            {
                var json = JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false })!.AsObject();
                double? confidence = json["confidence"] is JsonValue value && value.GetValueKind() == JsonValueKind.Number && value.TryGetValue<double>(out var number) && number is >= 0 and <= 1 ? number : null;
                return (json["label"] is JsonValue label && label.TryGetValue<string>(out var name) ? Bare(name) : null, confidence);
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException) // no JSON, or half a surrogate pair in it
            {
                return (Bare(text), null);
            }
        }
        return (Bare(text) is { Length: > 0 } bare ? bare : null, null);
    }

    /// <summary>The label that the text is, else the only one it names between word boundaries.</summary>
    private static string? OneOf(IReadOnlyList<string> labels, string? said)
    {
        if (said is null)
            return null;
        if (labels.FirstOrDefault(label => Same(label, said)) is { } exact)
            return exact;
        var named = labels.Where(label => Names(said, Bare(label))).ToList();
        // "not relevant" names "relevant" too, but only as its part.
        named.RemoveAll(label => named.Exists(other => other.Length > label.Length && Names(Bare(other), Bare(label))));
        return named.Count == 1 ? named[0] : null;
    }

    private static bool Names(string text, string label)
    {
        for (var at = label.Length == 0 ? -1 : text.IndexOf(label, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(label, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            var end = at + label.Length;
            if ((at == 0 || !char.IsLetterOrDigit(text[at - 1])) && (end == text.Length || !char.IsLetterOrDigit(text[end])))
                return true;
        }
        return false;
    }

    private static bool Same(string a, string b) => string.Equals(Bare(a), Bare(b), StringComparison.OrdinalIgnoreCase);

    private static string Bare(string text) => NormalText.Plain(text).Trim(' ', '"', '\'', '`', '*', '.');
}
