using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using LlmOps.LocalHosting;

namespace LlmOps.Tests.LocalHosting;

public sealed class ResourceCommandTests
{
    private readonly IDistributedApplicationBuilder builder = DistributedApplication.CreateBuilder([]);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_process_gets_its_address_its_neighbours_and_its_connection_strings()
    {
        var other = builder.AddProject<Other>("other").WithHttpEndpoint(port: 4002, isProxied: false);
        var password = builder.AddParameter("password", "secret", secret: true);
        var database = builder.AddConnectionString("own-db", ReferenceExpression.Create($"Host=db;Password={password}"));
        var own = builder.AddProject<Own>("own").WithHttpEndpoint(port: 4001, isProxied: false)
            .WithReference(other).WithReference(database, "own").WithEnvironment("Access__Secret", password).WithArgs("--verbose");
        Allocate();

        var command = await Command(own.Resource, new() { ["OTEL_SERVICE_NAME"] = "own" });

        Assert.Equal("http://localhost:4001", command.Environment["ASPNETCORE_URLS"]);
        Assert.Equal("http://localhost:4002", command.Environment["services__other__http__0"]);
        Assert.Equal("Host=db;Password=secret", command.Environment["ConnectionStrings__own"]);
        Assert.Equal("secret", command.Environment["Access__Secret"]);
        Assert.Equal("own", command.Environment["OTEL_SERVICE_NAME"]);
        Assert.Equal([typeof(Own).Assembly.Location, "--verbose"], command.Arguments);
        Assert.Equal(AppContext.BaseDirectory.TrimEnd('/'), command.Folder);
    }

    [Fact]
    public async Task An_executable_finds_its_port_in_the_variable_it_asked_for()
    {
        var server = builder.AddExecutable("server", "/bin/true", "/", "a", "b").WithEndpoint(scheme: "tcp", env: "SERVER_PORT", port: 4003, isProxied: false);
        var url = builder.AddConnectionString("url", ReferenceExpression.Create($"{server.GetEndpoint("tcp").Property(EndpointProperty.HostAndPort)}"));
        Allocate();

        var command = await Command(server.Resource, []);

        Assert.Equal("4003", command.Environment["SERVER_PORT"]);
        Assert.Equal(["a", "b"], command.Arguments);
        Assert.Equal("localhost:4003", await url.Resource.ConnectionStringExpression.GetValueAsync(Ct));
    }

    [Fact]
    public async Task A_needed_connection_string_without_value_is_named()
    {
        var own = builder.AddProject<Own>("own").WithReference(builder.AddConnectionString("absent"));

        var problem = await Assert.ThrowsAsync<DistributedApplicationException>(() => Command(own.Resource, []));

        Assert.Contains("ConnectionStrings__absent", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_is_not_built_is_named_with_the_cure()
    {
        var lost = builder.AddProject<Lost>("lost");

        var problem = await Assert.ThrowsAsync<FileNotFoundException>(() => Command(lost.Resource, []));

        Assert.Contains("dotnet build", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_that_differ_in_case_only_are_refused()
    {
        builder.AddParameter("redis", "");

        Assert.Throws<DistributedApplicationException>(() => builder.AddParameter("Redis", ""));
    }

    private static async Task<ChildCommand> Command(IResource resource, Dictionary<string, string> telemetry) =>
        await ResourceCommand.Of(resource, telemetry, new(DistributedApplicationOperation.Run), Ct) ?? throw new InvalidOperationException("no process");

    /// <summary>What the host does before anything starts.</summary>
    private void Allocate()
    {
        foreach (var endpoint in builder.Resources.SelectMany(resource => resource.Annotations.OfType<EndpointAnnotation>()))
            endpoint.AllocatedPort = endpoint.Port;
    }

    private class Own : IProjectMetadata
    {
        public string ProjectPath => Path.Combine(AppContext.BaseDirectory, "Own.csproj");
        public virtual string TargetPath => typeof(Own).Assembly.Location;
    }

    private sealed class Other : Own;

    private sealed class Lost : Own
    {
        public override string TargetPath => "/nowhere/Lost.dll";
    }
}
