using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using LlmOps.LocalHosting;

namespace LlmOps.Tests.LocalHosting;

public sealed class StartOrderTests
{
    private readonly IDistributedApplicationBuilder builder = DistributedApplication.CreateBuilder([]);

    [Fact]
    public void Processes_may_refer_to_each_other()
    {
        var (a, b) = (Process("a"), Process("b"));
        a.WithEnvironment("B", b.GetEndpoint("http"));
        b.WithEnvironment("A", a.GetEndpoint("http")).WaitFor(a);

        StartOrder.Check([.. builder.Resources]);

        Assert.True(StartOrder.Waits(b.Resource, a.Resource));
        Assert.False(StartOrder.Waits(a.Resource, b.Resource));
    }

    [Fact]
    public void Those_that_wait_for_each_other_are_named()
    {
        var (a, b, c, d) = (Process("a"), Process("b"), Process("c"), Process("d"));
        a.WaitFor(b);
        b.WaitFor(c);
        c.WaitFor(a);
        a.WaitFor(d);

        var problem = Assert.Throws<DistributedApplicationException>(() => StartOrder.Check([.. builder.Resources]));

        Assert.Contains("a, b, c.", problem.Message, StringComparison.Ordinal);
    }

    private IResourceBuilder<ExecutableResource> Process(string name) => builder.AddExecutable(name, "/bin/true", "/").WithHttpEndpoint();
}
