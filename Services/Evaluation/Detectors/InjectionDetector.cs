using System.Text;
using System.Text.RegularExpressions;

namespace LlmOps.Evaluation;

/// <summary>Finds instructions that try to take a language model away from its task: typed by a user (override, persona, reveal) or standing in a document
/// that should only tell. Disguises are undone first, a long text counts as much as its worst window, and a span marks the sentence.</summary>
public static partial class InjectionDetector
{
    /// <summary>Below one half: a missed attack costs more than a second look.</summary>
    internal const double Threshold = 0.4;

    /// <summary>The type of a span whose base64 text holds the instruction.</summary>
    private const string Encoded = "encoded";

    public static Detection Scan(string text) => Scan(text, InjectionModel.BuiltIn, decode: true);

    internal static Detection Scan(string text, InjectionModel model, bool decode)
    {
        var plain = InjectionText.Of(text);
        var score = 0.0;
        var spans = new SortedDictionary<int, DetectedSpan>();
        foreach (var window in InjectionWindow.Over(InjectionSentence.Of(plain.Plain, model)))
        {
            var found = model.Score(InjectionWindow.Features(window, model.Attack, plain.Disguised));
            score = Math.Max(score, found);
            if (found < Threshold)
                continue;
            foreach (var sentence in Suspects(window, model, plain.Disguised))
                spans[plain.Place(sentence.Start)] = new DetectedSpan(plain.Place(sentence.Start), plain.Place(sentence.End - 1) + 1, Type(sentence, model));
        }
        foreach (Match match in Base64().Matches(text))
        {
            if (!decode || Decoded(match.Value) is not { } hidden || Scan(hidden, model, decode: false) is not { Flagged: true } inner)
                continue;
            score = Math.Max(score, inner.Score);
            var start = text[..match.Index].EnumerateRunes().Count();
            spans[start] = new DetectedSpan(start, start + match.Length, Encoded);
        }
        return new Detection(score, score >= Threshold, [.. spans.Values]);
    }

    /// <summary>The sentences that alone, before the background of the others, would be flagged; else the one that comes nearest.</summary>
    private static IEnumerable<InjectionSentence> Suspects(IReadOnlyList<InjectionSentence> window, InjectionModel model, int disguised)
    {
        var scored = window.Select((sentence, at) => (sentence, score: model.Score(InjectionWindow.Features(window, model.Attack, disguised, at)))).ToList();
        var worst = scored.Max(pair => pair.score);
        return scored.Where(pair => pair.score >= Math.Min(worst, Threshold)).Select(pair => pair.sentence);
    }

    /// <summary>The rule that weighs most in the sentence.</summary>
    private static string Type(InjectionSentence sentence, InjectionModel model) => Enumerable.Range(0, InjectionRules.All.Count)
        .Where(rule => sentence.Has(rule) && rule != InjectionRules.CommandAt).OrderByDescending(rule => model.Weights[rule])
        .Select(rule => InjectionRules.All[rule].Name).FirstOrDefault(InjectionRules.Embedded);

    /// <summary>The words behind base64, or null where it is some other data.</summary>
    private static string? Decoded(string base64)
    {
        var bytes = new byte[base64.Length];
        var whole = base64.TrimEnd('=');
        whole += new string('=', (4 - (whole.Length % 4)) % 4);
        return Convert.TryFromBase64String(whole, bytes, out var count) && count > 0 && bytes.AsSpan(0, count) is var read && !read.ContainsAnyExceptInRange((byte)9, (byte)126) && read.Contains((byte)' ')
            ? Encoding.ASCII.GetString(read) : null;
    }

    [GeneratedRegex("[A-Za-z0-9+/]{24,}={0,2}", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Base64();
}
