using System.Text.RegularExpressions;

namespace LlmOps.Evaluation;

/// <summary>Patterns of ECMA-262, as JSON Schema writes them, on the engine that runs in linear time.</summary>
internal static class EcmaPattern
{
    /// <summary>Null for what is no pattern, or cannot run in linear time.</summary>
    internal static Regex? Parse(string pattern)
    {
        try
        {
            return new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }
}
