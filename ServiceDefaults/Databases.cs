using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace LlmOps;

/// <summary>A service's own database: the pool, its migrations at start, its health.</summary>
public static class Databases
{
    /// <param name="name">Connection string and database name; migrations are the calling assembly's embedded <c>Migrations/*.sql</c>.</param>
    public static void AddDatabase(this WebApplicationBuilder builder, string name)
    {
        var migrations = Assembly.GetCallingAssembly();
        var connection = builder.Configuration.GetConnectionString(name)
            ?? throw new InvalidOperationException($"There is no connection string \"{name}\". The AppHost hands it over; start with ./run.sh, or set ConnectionStrings__{name}.");
        var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connection) { MaxPoolSize = 20, ApplicationName = $"llmops-{name}" }.ConnectionString);
        Sql.Configure();
        builder.Services.AddSingleton(_ => source);
        builder.Services.AddSingleton(new AuditLog(name));
        builder.Services.AddHostedService(_ => new MigrateAtStart(source, migrations));
        builder.Services.AddHealthChecks().AddCheck("database", new CanQuery(source));
    }

    private sealed class MigrateAtStart(NpgsqlDataSource source, Assembly migrations) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Migrations.Apply(source, migrations, cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class CanQuery(NpgsqlDataSource source) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken)
        {
            try
            {
                await using var command = source.CreateCommand("select 1");
                await command.ExecuteScalarAsync(cancellationToken);
                return HealthCheckResult.Healthy();
            }
            catch (NpgsqlException e)
            {
                return HealthCheckResult.Unhealthy($"The database does not answer: {e.Message}");
            }
        }
    }
}
