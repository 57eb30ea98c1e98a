namespace LlmOps.Evaluation;

/// <summary>What a detector found in one text.</summary>
/// <param name="Score">0 to 1: how sure the detector is that the text holds what it looks for.</param>
/// <param name="Flagged">Whether the score passes the detector's threshold.</param>
/// <param name="Spans">Where, in the order of the text; empty when nothing is flagged.</param>
public sealed record Detection(double Score, bool Flagged, IReadOnlyList<DetectedSpan> Spans);

/// <param name="Start">First character, counted in Unicode code points from 0.</param>
/// <param name="End">After the last character, in Unicode code points.</param>
/// <param name="Type">What it is, in the detector's own words.</param>
public sealed record DetectedSpan(int Start, int End, string Type);
