using System.Globalization;
using System.Runtime.InteropServices;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace LlmOps.LocalHosting;

/// <summary>Turns a resource's annotations into what to start. Values are asked at each start, so a restart sees the present ones.</summary>
internal static class ResourceCommand
{
    /// <summary>The dotnet program that runs this very host, wherever it was installed.</summary>
    private static readonly string DotNet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));

    /// <summary>Null for a resource without a process.</summary>
    public static async Task<ChildCommand?> Of(
        IResource resource, IReadOnlyDictionary<string, string> telemetry, DistributedApplicationExecutionContext execution, CancellationToken ct)
    {
        switch (resource)
        {
            case ProjectResource:
                var project = resource.Annotations.OfType<IProjectMetadata>().Single();
                var environment = new Dictionary<string, string>(telemetry);
                await Environment(resource, execution, environment, ct);
                if (!File.Exists(project.TargetPath))
                    throw new FileNotFoundException($"{project.TargetPath} is not built: build the solution first (dotnet build).");
                return new(DotNet, [project.TargetPath, .. await Arguments(resource, ct)], Path.GetDirectoryName(project.ProjectPath)!, environment, Unix.Terminate);

            case ExecutableResource executable:
                var variables = new Dictionary<string, string>();
                await Environment(resource, execution, variables, ct);
                return new(executable.Command, await Arguments(resource, ct), executable.WorkingDirectory, variables, Unix.Interrupt);

            default:
                return null;
        }
    }

    private static async Task Environment(
        IResource resource, DistributedApplicationExecutionContext execution, Dictionary<string, string> environment, CancellationToken ct)
    {
        var context = new EnvironmentCallbackContext(execution, resource, cancellationToken: ct);
        foreach (var annotation in resource.Annotations.OfType<EnvironmentCallbackAnnotation>())
            await annotation.Callback(context);
        foreach (var (name, value) in context.EnvironmentVariables)
            environment[name] = await Text(value, ct);
    }

    private static async Task<IReadOnlyList<string>> Arguments(IResource resource, CancellationToken ct)
    {
        var context = new CommandLineArgsCallbackContext([], resource, ct);
        foreach (var annotation in resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>())
            await annotation.Callback(context);
        var arguments = new List<string>();
        foreach (var argument in context.Args)
            arguments.Add(await Text(argument, ct));
        return arguments;
    }

    private static async ValueTask<string> Text(object value, CancellationToken ct) => value switch
    {
        IValueProvider provider => await provider.GetValueAsync(ct) ?? "",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}
