using System.Text.RegularExpressions;

namespace LlmOps.Evaluation;

/// <summary>What an answer says about the world, and where one claim ends and the next begins.</summary>
internal static partial class Claims
{
    private const int Whole = 3; // content words; a shorter piece is part of its neighbour

    /// <summary>The answer without citations, numbers of a list, set phrases of politeness and what it declines.</summary>
    internal static string Stated(string output)
    {
        var plain = Courtesy().Replace(Citation().Replace(Words.Tidy(output), " "), " ");
        return Refusals.Is(plain) ? string.Join(' ', Sentence().Split(plain).Select(Undeclined)) : plain;
    }

    /// <summary>Less what only speaks of where the speaker knows it from, or agrees: "I'm not sure, but …", "that's right", "the text says that …".</summary>
    internal static string Unframed(string stated) => Frame().Replace(Words.Rejoin(stated), " ");

    /// <summary>The claims in order: clauses, the short ones joined to what stands before them, never across sentences.</summary>
    internal static List<string> Of(string unframed)
    {
        var claims = new List<string>();
        foreach (var sentence in Words.Sentences(unframed))
        {
            var left = Words.Content(sentence).Count;
            var (from, before, held) = (0, 0, 0);
            foreach (var end in Join().Matches(sentence).Where(end => end.Index > 0))
            {
                held += Words.Content(sentence[before..end.Index]).Count;
                before = end.Index;
                if (held < Whole || left - held < Whole)
                    continue;
                claims.Add(Trimmed(sentence[from..end.Index]));
                (from, left, held) = (end.Index, left - held, 0);
            }
            claims.Add(Trimmed(sentence[from..]));
        }
        return claims;
    }

    private static string Trimmed(string claim) => Edge().Replace(Spaces().Replace(claim, ""), "").TrimEnd(' ', '\n', '\t', ',', ';', ':');

    private static string Undeclined(string sentence)
    {
        if (!Refusals.Is(sentence))
            return sentence;
        var but = But().Match(sentence);
        return but.Success ? sentence[(but.Index + but.Length)..] : "";
    }

    [GeneratedRegex(@"\[[^\]\n]{1,80}\]|(?<=^|\n)\s*\d{1,2}[.)]\s+")]
    private static partial Regex Citation();

    /// <summary>What politeness says claims nothing about the world; only set phrases, so that no claim hides behind one.</summary>
    [GeneratedRegex(
        @"\b(thank you( very much)?( for (your|the) (message|question|patience|feedback|interest|understanding|call|enquiry|inquiry))?|((I am|I'm|we are|we're) )?(very |so |truly |really )?(happy|glad|pleased|delighted|sorry)( about (this|that|it)\b:?| to (help|assist)( you)?| to hear (that|this|about (that|this|your experience))| for (the|any|this|your) (inconvenience|trouble))|(I|we) (sincerely )?apologi[sz]e( for (the|any|this) (inconvenience|trouble))?|please (let (me|us) know|feel free to ask|do not hesitate to (ask|contact (me|us)))( if (you (need|have) any(thing)?( (else|more|questions|further questions))?|there is anything else))?|(I|we) can (offer|give|tell|confirm)( to)?( you)?( that)?|is there anything else (I|we) can (do|help)( you)?( for you| with)?|(would you like|shall (I|we)|(can|may) (I|we)|do you (need|want)) [^.?!\n]*\?|(have|enjoy) (a|your) (nice |lovely |pleasant |wonderful )?(day|stay|evening)|dear guest|of course|certainly|gladly|with pleasure|my pleasure|you('re| are) (most |very )?welcome|good (morning|afternoon|evening)|hello|hi there|kind regards|best regards)(\b|(?<=\?))",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Courtesy();

    [GeneratedRegex(
        @"(?<=^|[.!?]\s{1,2})(no|nope|not (really|a lot|much|at all))(?=\s*[,.!]|\s+but\b)|\bI (do|have|did|am|was|would|can)( not|n't)(?=,? but\b)|\b((I am|I'm|not) (not )?((really|too|quite) )?sure( (about|if) that( is true)?)?( that)?|I (do |don't |do not |did not |didn't )?(really )?(know|remember|recall|agree|see|understand|think so)( (with|about) (you|that|this)( on (this|that))?)?( that)?|I( have|'ve)? (heard|read|believe|think|guess|bet)( so)?( that)?|that('s| is| was) ((really|so|very|pretty|quite|too) )?(true|right|correct|cool|great|awesome|interesting|amazing|nice|good|neat|funny|wonderful|crazy)|you('re| are) (right|correct)|(according to|based on) (the|this|your) (provided |given )?(information|context|text|passages?|documents?|documentation|handbook)( (provided|given|above))?|the (information|context|text|passages?|documents?|documentation|handbook) (states?|says?|mentions?|notes?|indicates?|explains?)( that)?|(did )?you know|as you know|you could say|sure|no problem)\b",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Frame();

    [GeneratedRegex(@"(?<=[.!?])\s+|\n+")]
    private static partial Regex Sentence();

    [GeneratedRegex(@"(?<=\s)\s+|\s(?=[.,;:!?])")]
    private static partial Regex Spaces();

    [GeneratedRegex(@"^[\s,;:.!?、，；]*((but|and|so|because|while|whereas)\b\s*)?", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Edge();

    [GeneratedRegex(@"\bbut\b", RegexOptions.IgnoreCase)]
    private static partial Regex But();

    [GeneratedRegex(@",?\s+\b(but|because|so|and|while|whereas)\b|(?<!\d),|,(?!\d)|[、，；]|:\s", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Join();
}
