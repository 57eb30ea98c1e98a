namespace LlmOps.Cli;

/// <summary>One step of the demo with its evidence.</summary>
public sealed record DemoStep(string Name, bool Ok, string Detail);

/// <summary>A step of the demo that did not hold, with the sentence that says why.</summary>
public sealed class StepFailedException(string why) : Exception(why);
