using System.Text.RegularExpressions;

namespace LlmOps.Inference;

/// <param name="Subject">What is limited, in the singular: discount.</param>
/// <param name="Percent">The most that may be offered; 0: nothing; null: as much as is asked for.</param>
/// <param name="Approver">Who may approve more; null where the prompt names nobody.</param>
internal sealed record OfferLimit(string Subject, decimal? Percent, string? Approver);

/// <param name="When">Stems that must all stand in the question.</param>
internal sealed record SetReply(IReadOnlyList<string> When, string Text);

/// <summary>What a system prompt asks for, as far as the extractive model understands English. What is not asked for is not done.</summary>
/// <param name="MaxSentences">Of the whole answer.</param>
/// <param name="MaxPerPart">Sentences for each part of the question.</param>
/// <param name="Fallback">What to say when the context does not hold the answer.</param>
/// <param name="AlwaysAnswers">Takes the nearest sentence rather than saying that it does not know.</param>
internal sealed partial record Directives(
    int? MaxSentences, int? MaxPerPart, int? MaxWords, bool EveryPart, string? Fallback, bool AlwaysAnswers, bool Cites, bool Friendly,
    bool Apologises, bool ApologisesAlways, string? ComplaintReply, bool KeepsInstructions, bool IgnoresOrders,
    IReadOnlyList<IReadOnlyList<string>> RefusedTopics, IReadOnlyList<SetReply> Replies, IReadOnlyList<OfferLimit> Offers)
{
    public static Directives Parse(string system)
    {
        var says = ConditionalReply().Matches(WrappedLine().Replace(system, " ")).ToList();
        var replies = says.Where(say => !IsMissing(say) && !AboutComplaints().IsMatch(say.Groups["when"].Value))
            .Select(say => new SetReply(Topic(say.Groups["when"].Value), say.Groups["text"].Value.Trim())).Where(reply => reply.When.Count > 0);

        var plain = Sentences.Of(Quoted().Replace(system, "…"));
        var limits = plain.SelectMany(sentence => SentenceCount().Matches(sentence)).Where(count => !count.Groups["least"].Success).ToList();
        return new Directives(
            MaxSentences: Least(limits.Where(limit => !limit.Groups["each"].Success)) ?? (plain.Any(Brief().IsMatch) ? 1 : null),
            MaxPerPart: Least(limits.Where(limit => limit.Groups["each"].Success)),
            MaxWords: Least(plain.SelectMany(sentence => WordCount().Matches(sentence))),
            EveryPart: plain.Any(AnswersEveryPart().IsMatch),
            Fallback: says.Find(IsMissing)?.Groups["text"].Value.Trim(),
            AlwaysAnswers: plain.Any(NeverUnknown().IsMatch),
            Cites: !plain.Any(NoSources().IsMatch),
            Friendly: plain.Any(Warm().IsMatch),
            Apologises: plain.Any(sentence => Sorry().IsMatch(sentence) && !Negated().IsMatch(sentence)),
            ApologisesAlways: plain.Any(sentence => Sorry().IsMatch(sentence) && !Negated().IsMatch(sentence) && !Condition().IsMatch(sentence)),
            ComplaintReply: says.Find(say => AboutComplaints().IsMatch(say.Groups["when"].Value))?.Groups["text"].Value.Trim(),
            KeepsInstructions: plain.Any(Secret().IsMatch),
            IgnoresOrders: plain.Any(Steadfast().IsMatch),
            RefusedTopics: [.. plain.Where(sentence => !Secret().IsMatch(sentence) && !Percentage().IsMatch(sentence)).SelectMany(Refused)],
            Replies: [.. replies],
            Offers: [.. plain.Select(Offer).OfType<OfferLimit>()]);
    }

    private static bool IsMissing(Match say) => NotThere().IsMatch(say.Groups["when"].Value);

    private static int? Least(IEnumerable<Match> counts) =>
        counts.Select(count => Words.Number(count.Groups["m"].Success ? count.Groups["m"].Value : count.Groups["n"].Value)).Min() is { } least ? (int)least : null;

    private static IEnumerable<IReadOnlyList<string>> Refused(string sentence) =>
        Refuses().Matches(sentence).SelectMany(refusal => Alternatives().Split(refusal.Groups["what"].Value)).Select(Topic).Where(topic => topic.Count > 0);

    private static List<string> Topic(string text) => [.. Words.Content(Asking().Replace(text, " "))];

    /// <summary>Reads "never offer a discount above 15 %", "discounts of up to 15 percent", "offer a discount", "never offer discounts".</summary>
    private static OfferLimit? Offer(string sentence)
    {
        if (!Offering().IsMatch(sentence))
            return null;
        var approver = Approval().Match(sentence) is { Success: true } approval ? approval.Groups["who"].Value.ToLowerInvariant() : null;
        if (Percentage().Match(sentence) is { Success: true } percent)
        {
            var before = Words.Nouns(Comparison().Replace(sentence[..percent.Index], " "));
            var subject = before.Count > 0 ? before[^1] : Words.Nouns(sentence[(percent.Index + percent.Length)..]) is [var next, ..] ? next : null;
            return subject is null ? null : new OfferLimit(subject, Words.Number(percent.Groups["n"].Value), approver);
        }
        if (Offered().Match(sentence) is not { Success: true } offered)
            return null;
        return new OfferLimit(Words.Nouns(offered.Groups["what"].Value)[0], Negated().IsMatch(sentence[..offered.Index]) || approver is not null ? 0 : null, approver);
    }

    private const string Count = "(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|forty|fifty|sixty|eighty|hundred|single|[0-9]{1,4})";

    [GeneratedRegex($@"(?<least>\bat least (?:\w+ )?)?\b(?<n>{Count})\b(?:\s*(?:-|–|to|or)\s*(?<m>{Count})\b)?\s+(?:\p{{L}}+,?\s+){{0,2}}?sentences?\b(?<each>\s+(?:per|for each|for every|each)\b)?", RegexOptions.IgnoreCase)]
    private static partial Regex SentenceCount();

    [GeneratedRegex($@"\b(?:at most|no more than|under|below|up to|maximum of|within|in|not more than|fewer than|limit of)\s+(?<n>{Count})(?<m>(?!))?\s+words\b", RegexOptions.IgnoreCase)]
    private static partial Regex WordCount();

    [GeneratedRegex(@"\b(?:be|stay|keep|answer|reply|respond)\b[^.]{0,30}\b(?:brief|briefly|concise|concisely|short|terse)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Brief();

    [GeneratedRegex(@"\b(?:every|each|all)\b(?:\s+(?:of|the|single|\p{L}+['’]s))*\s+(?:parts?|questions?|things? (?:asked|the))\b", RegexOptions.IgnoreCase)]
    private static partial Regex AnswersEveryPart();

    [GeneratedRegex(@"\b(?:if|when|whenever|where)\b(?<when>[^.""“\n]{3,200}?)[,:]?\s+(?:then\s+)?(?:please\s+)?(?:you\s+)?(?:always\s+|just\s+|only\s+|simply\s+)?(?:say|reply|answer|respond|write|tell)\b[^.""“\n]{0,40}[""“](?<text>[^""”]+)[""”]", RegexOptions.IgnoreCase)]
    private static partial Regex ConditionalReply();

    /// <summary>The end of a line whose sentence goes on in the next.</summary>
    [GeneratedRegex(@"(?<=\S)[ \t]*\r?\n[ \t]*(?=[^\s\-*•#])")]
    private static partial Regex WrappedLine();

    [GeneratedRegex(@"(?:\bnot\b|n['’]t\b|\bcannot\b|\bno\b|\black\w*|\bmissing\b|\bunable\b|\babsent\b|\bunsure\b|\bunknown\b|\bsilent\b)", RegexOptions.IgnoreCase)]
    private static partial Regex NotThere();

    [GeneratedRegex(@"\bcomplain\w*|\bunhappy\b|\bupset\b|\bdissatisfied\b|\bangry\b|\bfrustrated\b|\bproblem\b", RegexOptions.IgnoreCase)]
    private static partial Regex AboutComplaints();

    [GeneratedRegex(@"[""“][^""”]*[""”]")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\b(?:never|do not|don['’]t)\s+(?:say|admit|tell)\b[^.]{0,40}\b(?:know|unsure|no answer)\b|\balways\s+(?:give|provide|have|find)\s+(?:\p{L}+\s+){0,3}?an answer\b|\bnever leave\b[^.]{0,30}\bunanswered\b", RegexOptions.IgnoreCase)]
    private static partial Regex NeverUnknown();

    [GeneratedRegex(@"\b(?:never|not|don['’]t|without|no)\b[^.]{0,20}\b(?:cit(?:e|es|ed|ing|ations?)|sources?|references?|footnotes?)\b", RegexOptions.IgnoreCase)]
    private static partial Regex NoSources();

    [GeneratedRegex(@"\b(?:friendly|warm|warmly|welcoming|polite|politely|courteous|kindly|be kind)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Warm();

    [GeneratedRegex(@"\bapologi[sz]e\b|\bapology\b|\bsay sorry\b|\bempath\w+\b", RegexOptions.IgnoreCase)]
    private static partial Regex Sorry();

    [GeneratedRegex(@"\b(?:if|when|whenever|where|to (?:every|any|a) complain\w*|for (?:every |any |a )?complaints?)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Condition();

    [GeneratedRegex(@"\b(?:never|not|cannot|no)\b|n['’]t\b", RegexOptions.IgnoreCase)]
    private static partial Regex Negated();

    [GeneratedRegex(@"\b(?:never|not|don['’]t|refuse to)\s+(?:reveal|disclose|share|repeat|show|quote|print|discuss|mention)\b[^.]{0,40}\b(?:instructions?|prompt|rules)\b|\bkeep\b[^.]{0,30}\b(?:instructions?|prompt)\b[^.]{0,20}\b(?:secret|private|confidential)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Secret();

    [GeneratedRegex(@"\b(?:ignore|refuse|disregard|never follow|not follow|don['’]t follow|never obey|not obey|resist)\b[^.]{0,60}\b(?:instructions?|commands?|orders)\b|\b(?:treat|regard)\b[^.]{0,40}\b(?:as|only as)\s+(?:data|text|a question|questions)\b|\bno (?:message|guest|user|customer|one)\b[^.]{0,30}\b(?:change|override)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Steadfast();

    [GeneratedRegex(@"\b(?:refuse|decline)\b(?<what>[^.;…]*)|\b(?:never|do not|don['’]t|must not)\s+(?:discuss|talk about|comment on|answer|give|provide|share|disclose|reveal)\b(?<what>[^.;…]*)", RegexOptions.IgnoreCase)]
    private static partial Regex Refuses();

    [GeneratedRegex(@"\s*,\s*(?:and\s+|or\s+)?|\s+(?:or|and)\s+", RegexOptions.IgnoreCase)]
    private static partial Regex Alternatives();

    [GeneratedRegex(@"\b(?:guests?|users?|customers?|visitors?|asks?|asked|asking|requests?|questions?|answers?|wants?|mentions?|about|advice|politely|message|anything|information|details)\b(?:['’]s)?", RegexOptions.IgnoreCase)]
    private static partial Regex Asking();

    [GeneratedRegex(@"\b(?:offer\w*|giv(?:e|ing)|grant\w*|promis\w+|approv\w+|exceed\w*|limit\w*|cap(?:ped)?|maximum|at most|up to|no more than|allowed)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Offering();

    [GeneratedRegex(@"\b(?:offer|give|grant|promise)\s+(?:\p{L}+\s+){0,3}?(?<what>discounts?|refunds?|upgrades?|vouchers?|credits?|reductions?|rebates?|compensation)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Offered();

    [GeneratedRegex($@"(?<n>\d+(?:\.\d+)?|{Count})\s*(?:%|per\s?cent\b)", RegexOptions.IgnoreCase)]
    private static partial Regex Percentage();

    [GeneratedRegex(@"\b(?:above|over|more|greater|higher|larger|beyond|exceed\w*|up|most|less|below|maximum|limit\w*|capp?\w*|than|offer\w*|giv\w+|grant\w*|promis\w+|never|must|rates?|allowed|freely)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Comparison();

    [GeneratedRegex(@"\b(?<who>\p{L}+)(?:['’]s)?\s+(?:has to |must |should )?approv(?:al|es?|ed)\b|\bapproval (?:of|from|by) (?:the |a )?(?:\p{L}+ )?(?<who>\p{L}+)", RegexOptions.IgnoreCase)]
    private static partial Regex Approval();
}
