namespace LlmOps.Evaluation;

/// <summary>The formats that can be asserted. An unknown one stays an annotation.</summary>
internal static class Formats
{
    internal static Func<string, bool>? Find(string format) => null;
}
