namespace LlmOps.Web;

/// <summary>Addresses of pages whose names come from people, escaped.</summary>
public static class Links
{
    public static string Prompt(string app, string name, string? version = null) =>
        $"/prompts/{Uri.EscapeDataString(app)}/{Uri.EscapeDataString(name)}{(version is null ? "" : $"?version={Uri.EscapeDataString(version)}")}";

    public static string Compare(string app, string name, string from, string to, bool inline = false) =>
        $"/prompts/{Uri.EscapeDataString(app)}/{Uri.EscapeDataString(name)}/compare?from={Uri.EscapeDataString(from)}&to={Uri.EscapeDataString(to)}{(inline ? "&view=inline" : "")}";
}
