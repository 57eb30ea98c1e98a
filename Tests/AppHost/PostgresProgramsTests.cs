using LlmOps.AppHost;

namespace LlmOps.Tests.AppHost;

public sealed class PostgresProgramsTests
{
    private static readonly (string, int)[] Installed = [("/pg/15", 15), ("/pg/17", 17), ("/usr/local/bin", 0)];

    [Theory]
    [InlineData(null, "/pg/17")]
    [InlineData(15, "/pg/15")]
    [InlineData(16, "/usr/local/bin")] // a version that does not tell its number may be the right one
    public void New_data_gets_the_newest_and_old_data_the_version_that_made_it(int? madeBy, string expected) =>
        Assert.Equal(expected, PostgresPrograms.Choose(madeBy, Installed).Value);

    [Fact]
    public void Without_Postgres_the_cure_is_named()
    {
        var result = PostgresPrograms.Choose(madeBy: null, []);

        Assert.Equal("no-postgres", result.Refusal?.Code);
        Assert.Contains("apt-get install postgresql", result.Refusal!.Detail, StringComparison.Ordinal);
        Assert.Contains("ConnectionStrings__postgres", result.Refusal.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Data_of_a_version_that_is_gone_is_not_touched()
    {
        var result = PostgresPrograms.Choose(madeBy: 13, [("/pg/17", 17)]);

        Assert.Equal("other-postgres", result.Refusal?.Code);
        Assert.Contains("postgresql-13", result.Refusal!.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_that_outlived_its_package_is_no_program()
    {
        var folder = Directory.CreateTempSubdirectory("llmops-programs-").FullName;
        var (program, link) = (Path.Combine(folder, "initdb"), Path.Combine(folder, "link"));
        File.WriteAllText(program, "");
        File.CreateSymbolicLink(link, program);

        var before = PostgresPrograms.IsThere(link);
        File.Delete(program);

        Assert.Equal((true, false), (before, PostgresPrograms.IsThere(link)));
        Directory.Delete(folder, recursive: true);
    }
}
