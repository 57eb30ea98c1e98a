using System.Globalization;
using System.Text.RegularExpressions;

namespace LlmOps.Inference;

/// <summary><c>embedded/extractive</c>: answers by picking sentences from the context it is given. Deterministic. What its system prompt asks
/// for it does as far as <see cref="Directives"/> understands it; what the prompt leaves out, it leaves out.</summary>
internal static partial class Extractive
{
    /// <summary>Coverage from which the context counts as holding the answer. On 199 public questions (BeerQA, single-hop) the model then answers
    /// 90 % with the right passage among eight, and declines 72 % where the eight are only on the same subject.</summary>
    private const double Holds = 0.45;

    private const double NearlyAsGood = 0.8; // a second sentence of the same passage joins from this share of the best
    private const int DefaultSentences = 2;

    private const string DefaultFallback = "I could not find that in the information I have.";

    public static string Answer(Conversation conversation)
    {
        var directives = Directives.Parse(conversation.System);
        var question = conversation.Question;
        if (Injection.Overrides(question))
        {
            if (!directives.IgnoresOrders)
                return Injection.Obey(question, conversation.System);
            var rest = Injection.Rest(question);
            var found = Words.Content(rest).Count > 0 ? Found(conversation with { Question = rest }, directives) : [];
            return Say(["I cannot follow instructions inside a message.", .. found], directives);
        }
        if (Injection.AsksForInstructions(question))
            return directives.KeepsInstructions ? "I cannot share my instructions." : Injection.Obey(question, conversation.System);
        return Lead(question, directives) + Say([.. Consolation(question, directives), .. Body(conversation, directives)], directives);
    }

    private static List<string> Body(Conversation conversation, Directives directives)
    {
        var words = Words.Content(conversation.Question);
        if (words.Count == 0)
            return ["How can I help you?"];
        if (directives.RefusedTopics.Any(topic => Covers(words, topic)))
            return ["I cannot help with that."];
        if (directives.Replies.FirstOrDefault(reply => Covers(words, reply.When)) is { } reply)
            return [reply.Text];

        var found = Found(conversation, directives);
        if (Offer(conversation.Question, words, directives, found) is { } offer)
            return offer;
        return found.Count > 0 ? found : [directives.Fallback ?? DefaultFallback];
    }

    /// <summary>The sentences that answer, none where the context does not hold the answer.</summary>
    private static List<string> Found(Conversation conversation, Directives directives)
    {
        var picker = new SentencePicker(conversation.Context);
        var threshold = directives.AlwaysAnswers ? double.Epsilon : Holds;
        var stated = QuestionParts.Stated(conversation.Question);
        var parts = QuestionParts.Of(conversation.Question)
            .Select(part => (part.Clause, Ranked: picker.Rank(part.Text, stated)))
            .Select(part => (part.Clause, part.Ranked, Held: part.Ranked.Any(pick => pick.Coverage >= threshold))).ToList();
        if (!parts.Exists(part => part.Held))
            return [];
        if (!directives.EveryPart)
            return Best(picker.Rank(QuestionParts.Asked(conversation.Question), stated), Math.Min(DefaultSentences, directives.MaxSentences ?? DefaultSentences))
                .ConvertAll(pick => Cite(pick, directives));

        var most = directives.MaxPerPart ?? (parts.Count > 1 ? 1 : Math.Min(DefaultSentences, directives.MaxSentences ?? DefaultSentences));
        var answer = parts.Where(part => part.Held).SelectMany(part => Best(part.Ranked, most)).DistinctBy(pick => pick.Position)
            .Select(pick => Cite(pick, directives)).ToList();
        if (parts.Exists(part => part is { Held: false, Clause: true }))
            answer.Add(directives.Fallback ?? DefaultFallback);
        return answer;
    }

    /// <summary>The best sentence and those of its passage that are nearly as good, in the order they stand in.</summary>
    private static List<Pick> Best(IReadOnlyList<Pick> ranked, int most) => [.. ranked
        .Where(pick => pick.Passage == ranked[0].Passage && pick.Rank >= NearlyAsGood * ranked[0].Rank).Take(most).OrderBy(pick => pick.Position)];

    /// <summary>An answer to a request for something the prompt limits; null where the message is no such request.</summary>
    private static List<string>? Offer(string question, IReadOnlyList<string> words, Directives directives, List<string> found)
    {
        var asked = Percent().Match(question) is { Success: true } percent ? Words.Number(percent.Groups["n"].Value) : null;
        var offers = directives.Offers.Where(offer => Words.Likeness(Words.Stem(offer.Subject), words) > 0 || (asked is not null && Reduction().IsMatch(question))).ToList();
        var informs = asked is null ? found.Count > 0 || !Request().IsMatch(question)
            : !Demand().IsMatch(question) && found.Exists(sentence => Percent().Matches(sentence).Any(percent => Words.Number(percent.Groups["n"].Value) == asked));
        if (offers.Count == 0 || informs)
            return null;

        var offer = offers.MinBy(offer => offer.Percent ?? decimal.MaxValue)!;
        var thing = $"{("aeiou".Contains(offer.Subject[0], StringComparison.Ordinal) ? "an" : "a")} {offer.Subject}";
        if (offer.Percent == 0)
            return offer.Approver is null ? [$"I cannot offer {thing}."] : [$"I cannot offer {thing} without {offer.Approver} approval."];
        if (offer.Percent is not { } most)
            return [asked is null ? $"I can offer you {thing}." : $"I can offer you {thing} of {Write(asked.Value)} %."];
        return asked is { } wanted && wanted <= most
            ? [$"I can offer you {thing} of {Write(wanted)} %."]
            : [$"I can offer you {thing} of at most {Write(most)} %.", .. offer.Approver is null ? Array.Empty<string>() : [$"Anything above that needs {offer.Approver} approval."]];
    }

    /// <summary>The tone, before the first sentence and part of it.</summary>
    private static string Lead(string question, Directives directives) =>
        directives.ApologisesAlways || (directives.Apologises && Complaint.Is(question)) ? "I am sorry about this: " : directives.Friendly ? "Gladly: " : "";

    private static string[] Consolation(string question, Directives directives) =>
        directives.ComplaintReply is { } reply && Complaint.Is(question) ? [reply] : [];

    /// <summary>Joins sentences within the limits of the prompt; the first always stands.</summary>
    private static string Say(IReadOnlyList<string> sentences, Directives directives)
    {
        var said = sentences.Take(directives.MaxSentences ?? int.MaxValue).ToList();
        while (directives.MaxWords is { } most && said.Count > 1 && said.Sum(sentence => sentence.Split(' ').Length) > most)
            said.RemoveAt(said.Count - 1);
        return string.Join(' ', said);
    }

    /// <summary>The citation stands before the full stop, so that it stays within its sentence.</summary>
    private static string Cite(Pick pick, Directives directives)
    {
        var text = pick.Text.TrimEnd('.', ' ');
        return directives.Cites ? $"{text} [{pick.Passage.Number}]." : $"{text}.";
    }

    private static bool Covers(IReadOnlyList<string> words, IReadOnlyList<string> topic) => topic.All(word => Words.Likeness(word, words) > 0);

    private static string Write(decimal percent) => percent.ToString("0.##", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"(?<n>\d+(?:\.\d+)?|\b(?:ten|fifteen|twenty|twenty-five|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred))\s*(?:%|per\s?cent\b)", RegexOptions.IgnoreCase)]
    private static partial Regex Percent();

    [GeneratedRegex(@"\boff\b|\breduc\w+|\bcheaper\b|\brebate\b|\blower price\b|\bdiscount\w*", RegexOptions.IgnoreCase)]
    private static partial Regex Reduction();

    [GeneratedRegex(@"\b(?:give|offer|grant|want|need|demand|deserve|expect|insist|ask(?:ing)? for|i['’]d like|would like|make it|take|knock|off)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Demand();

    [GeneratedRegex(@"\b(?:give|offer|grant|get|have|want|need|deserve|expect|demand|ask(?:ing)? for|i['’]d like|would like|how much|what)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Request();
}
