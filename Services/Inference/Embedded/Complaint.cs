using System.Text.RegularExpressions;

namespace LlmOps.Inference;

/// <summary>Tells a complaint from a question by plain words of displeasure.</summary>
internal static partial class Complaint
{
    public static bool Is(string message) => Displeasure().IsMatch(message);

    [GeneratedRegex(@"\b(?:complain\w*|complaint|unacceptable|disappoint\w*|terrible|awful|horrible|disgust\w*|dirty|filthy|broken|noisy|loud noise|rude|worst|unhappy|upset|angry|annoy\w*|frustrat\w*|furious|ridiculous|useless|smell[sy]?|stain\w*|leak\w*|never (?:arrived|came|again)|(?:not|isn['’]t|doesn['’]t|didn['’]t|won['’]t|does not|did not) (?:work\w*|clean\w*|acceptable|happy|function\w*)|stopped working|out of order|overcharged|kept (?:me|us) awake|waited|waiting for (?:over|more)|too (?:cold|hot|loud|noisy|small))\b", RegexOptions.IgnoreCase)]
    private static partial Regex Displeasure();
}
