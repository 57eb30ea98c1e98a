using System.Text.RegularExpressions;

namespace LlmOps.Inference;

/// <param name="Clause">It asks by itself; otherwise it is the second of two things asked about in one go ("the pool and the sauna").</param>
internal sealed record QuestionPart(string Text, bool Clause);

/// <summary>Takes a message apart into what it asks.</summary>
internal static partial class QuestionParts
{
    /// <summary>The sentences that ask, or the whole message where none does.</summary>
    public static string Asked(string message)
    {
        var asking = Sentences.Of(message).Where(Asks).ToList();
        return asking.Count > 0 ? string.Join(' ', asking) : message;
    }

    /// <summary>The sentences beside those that ask; nothing where none asks.</summary>
    public static string Stated(string message)
    {
        var sentences = Sentences.Of(message);
        return sentences.Any(Asks) ? string.Join(' ', sentences.Where(sentence => !Asks(sentence))) : "";
    }

    public static IReadOnlyList<QuestionPart> Of(string message)
    {
        var sentences = Sentences.Of(message);
        var asking = sentences.Where(Asks).ToList();
        return [.. (asking.Count > 0 ? asking : sentences).SelectMany(Split)];
    }

    private static bool Asks(string sentence) => sentence.Contains('?', StringComparison.Ordinal) || OpensQuestion().IsMatch(sentence);

    private static IEnumerable<QuestionPart> Split(string sentence)
    {
        foreach (var clause in BetweenClauses().Split(sentence))
        {
            var items = BetweenThings().Split(clause);
            yield return new QuestionPart(items[0], Clause: true);
            foreach (var item in items.Skip(1).Where(item => Words.Content(item).Count > 0))
                yield return new QuestionPart($"{Shared(items[0])} {item}", Clause: false);
        }
    }

    /// <summary>"When does the pool" → "When does": what the first thing was asked about holds for the second too.</summary>
    private static string Shared(string clause)
    {
        var at = LastThing().Match(clause);
        return at.Success ? clause[..at.Index] : clause;
    }

    [GeneratedRegex(@"^(?:(?:and|also|but|so|please)[, ]+)*(?:what|when|where|which|who|how|why|is|are|can|could|do|does|may|will|would|should|tell me|let me know|i (?:would like|want|need|have) to know)\b", RegexOptions.IgnoreCase)]
    private static partial Regex OpensQuestion();

    [GeneratedRegex(@"\s*(?:[,;]\s*(?:and\s+|or\s+|also\s+|plus\s+)*|\s+(?:and|or|plus)\s+(?:also\s+)?)(?=(?:what|when|where|which|who|how|why|is|are|can|could|do|does|may|will|would|should|if|whether)\b)", RegexOptions.IgnoreCase)]
    private static partial Regex BetweenClauses();

    [GeneratedRegex(@"\s*,\s*(?:and\s+|or\s+)?|\s+(?:and|or|as well as)\s+", RegexOptions.IgnoreCase)]
    private static partial Regex BetweenThings();

    [GeneratedRegex(@"(?:\b(?:the|a|an|my|your|our)\s+)?[\p{L}\p{N}-]+\W*$", RegexOptions.IgnoreCase)]
    private static partial Regex LastThing();
}
