using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace LlmOps.Tests.LocalHosting;

public sealed class ReferenceExpressionTests
{
    private readonly IDistributedApplicationBuilder builder = DistributedApplication.CreateBuilder([]);

    [Fact]
    public async Task Holes_are_filled_when_asked_and_braces_of_the_text_stay()
    {
        var secret = "first";
        var password = builder.AddParameter("password", () => secret, secret: true);
        var database = "prompts";

        var expression = ReferenceExpression.Create($"{{Host}}=db;Password={password};Database={database}");
        secret = "p{0}w";

        Assert.Equal("{Host}=db;Password=p{0}w;Database=prompts", await expression.GetValueAsync(TestContext.Current.CancellationToken));
        Assert.Equal("{Host}=db;Password={password.value};Database=prompts", expression.ValueExpression);
    }

    [Fact]
    public async Task One_part_without_value_leaves_the_whole_without_value()
    {
        var connection = builder.AddConnectionString("missing", ReferenceExpression.Create($"{new Nothing()}"));

        Assert.Null(await ReferenceExpression.Create($"a{connection.Resource}b").GetValueAsync(TestContext.Current.CancellationToken));
    }

    private sealed class Nothing : IValueProvider, IManifestExpressionProvider
    {
        public string ValueExpression => "{nothing}";

        public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken) => default;
    }
}
