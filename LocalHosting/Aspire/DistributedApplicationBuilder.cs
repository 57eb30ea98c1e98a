using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting
{
    public enum DistributedApplicationOperation { Run, Publish }

    /// <summary>This host only runs; publishing needs the full feed.</summary>
    public sealed class DistributedApplicationExecutionContext(DistributedApplicationOperation operation)
    {
        public DistributedApplicationOperation Operation { get; } = operation;
        public bool IsRunMode => Operation == DistributedApplicationOperation.Run;
        public bool IsPublishMode => Operation == DistributedApplicationOperation.Publish;
    }

    public sealed class DistributedApplicationOptions
    {
        public string[]? Args { get; set; }
        public bool DisableDashboard { get; set; }
    }

    public sealed class DistributedApplicationException(string message) : Exception(message);

    public interface IDistributedApplicationBuilder
    {
        ConfigurationManager Configuration { get; }
        string AppHostDirectory { get; }
        IHostEnvironment Environment { get; }
        IServiceCollection Services { get; }
        DistributedApplicationExecutionContext ExecutionContext { get; }
        IResourceCollection Resources { get; }

        /// <exception cref="DistributedApplicationException">The name is taken; names differ in more than case.</exception>
        IResourceBuilder<T> AddResource<T>(T resource) where T : IResource;
        IResourceBuilder<T> CreateResourceBuilder<T>(T resource) where T : IResource;
        DistributedApplication Build();
    }
}

namespace Aspire.Hosting.ApplicationModel
{
    public interface IResourceCollection : IList<IResource>;

    /// <summary>Configures one resource. Covariant, so that anything may wait for anything.</summary>
    public interface IResourceBuilder<out T> where T : IResource
    {
        IDistributedApplicationBuilder ApplicationBuilder { get; }
        T Resource { get; }
        IResourceBuilder<T> WithAnnotation<TAnnotation>(TAnnotation annotation) where TAnnotation : IResourceAnnotation;
    }
}
