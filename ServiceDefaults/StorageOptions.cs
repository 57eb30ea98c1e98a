namespace LlmOps;

/// <summary>Where a process keeps its files: journals, segments, the snapshot it last served from.</summary>
public sealed class StorageOptions
{
    public string Folder { get; set; } = Path.Combine(Path.GetTempPath(), "llmops");

    /// <summary>A sub-folder, made when it is not there.</summary>
    public string Sub(string name) => Directory.CreateDirectory(Path.Combine(Folder, name)).FullName;
}
