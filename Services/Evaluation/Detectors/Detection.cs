namespace LlmOps.Evaluation;

/// <summary>What a detector says of one text: a score from 0 to 1, whether that is enough to flag it, and where.</summary>
public sealed record Detection(double Score, bool Flagged, IReadOnlyList<DetectedSpan> Spans);

/// <summary>A part of the text; offsets are Unicode code points, the end is exclusive.</summary>
public sealed record DetectedSpan(int Start, int End, string Type);
