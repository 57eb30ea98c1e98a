using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace LlmOps.LocalHosting.Dashboard;

/// <summary>A resource in the words of the dashboard (<c>aspire.v1.Resource</c>).</summary>
internal static class ResourceMessage
{
    /// <param name="since">When the host learned of the resource; the dashboard insists on knowing.</param>
    public static ProtoMessage Of(ResourceState state, DateTimeOffset since)
    {
        var resource = state.Resource;
        return new ProtoMessage()
            .Text(1, resource.Name)
            .Text(2, Kind(resource))
            .Text(3, resource.Name)
            .Text(4, resource.Name)
            .Text(5, Word(state.Phase))
            .Time(6, since)
            .Messages(7, state.Environment.Select(variable => new ProtoMessage().Text(1, variable.Key).Text(2, variable.Value).Flag(3, true)))
            .Messages(12, Properties(state))
            .Messages(13, Urls(state))
            .Text(14, Style(state))
            .Messages(17, resource.Annotations.OfType<HealthCheckAnnotation>().Select(check => Health(state, check)))
            .Time(18, state.StartedAt)
            .Time(19, state.StoppedAt)
            .Messages(20, resource.Annotations.OfType<ResourceRelationshipAnnotation>().Select(relation => new ProtoMessage().Text(1, relation.Resource.Name).Text(2, relation.Type)));
    }

    private static string Kind(IResource resource) => resource switch
    {
        ProjectResource => "Project",
        ExecutableResource => "Executable",
        ParameterResource => "Parameter",
        _ => "ConnectionString",
    };

    private static string Word(Phase phase) => phase == Phase.Restarting ? nameof(Phase.Starting) : phase.ToString();

    private static string? Style(ResourceState state) => state switch
    {
        { Phase: Phase.Running, Healthy: true } => "success",
        { Phase: Phase.Restarting } => "warning",
        { Phase: Phase.FailedToStart } => "error",
        _ => null,
    };

    private static IEnumerable<ProtoMessage> Properties(ResourceState state)
    {
        if (state.Resource.Annotations.OfType<IProjectMetadata>().FirstOrDefault() is { } project)
            yield return Property("project.path", project.ProjectPath);
        if (state.Resource is ExecutableResource executable)
        {
            yield return Property("executable.path", executable.Command);
            yield return Property("executable.workDir", executable.WorkingDirectory);
        }
        if (state.Resource.Annotations.OfType<ResourceRelationshipAnnotation>().FirstOrDefault(relation => relation.Type == "Parent") is { } parent)
            yield return Property("resource.parentName", parent.Resource.Name);
        if (state.Pid is { } pid)
            yield return Property("executable.pid", pid.ToString(CultureInfo.InvariantCulture));
        if (state.ExitCode is { } code)
            yield return Property("resource.exitCode", code.ToString(CultureInfo.InvariantCulture));
        if (state.Restarts > 0)
            yield return Property("Restarts", state.Restarts.ToString(CultureInfo.InvariantCulture));
    }

    private static ProtoMessage Property(string name, string value) => new ProtoMessage().Text(1, name).Message(3, new ProtoMessage().Text(3, value));

    private static IEnumerable<ProtoMessage> Urls(ResourceState state) =>
        from endpoint in state.Resource.Annotations.OfType<EndpointAnnotation>()
        where endpoint.AllocatedPort is not null && state.Resource is IResourceWithEndpoints
        let url = new EndpointReference((IResourceWithEndpoints)state.Resource, endpoint.Name).Url
        select new ProtoMessage().Text(1, endpoint.Name).Text(2, url).Flag(3, false).Flag(4, state.Phase != Phase.Running)
            .Message(5, new ProtoMessage().Text(2, ""));

    private static ProtoMessage Health(ResourceState state, HealthCheckAnnotation check)
    {
        var report = new ProtoMessage();
        if (state.Healthy is { } healthy)
            report.Number(1, healthy ? 0 : 1);
        return report.Text(2, check.Key).Text(3, state.Detail);
    }
}
