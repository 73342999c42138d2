package org.mailtimemachine.admin.watching;

import java.lang.System.Logger.Level;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import javax.management.JMException;
import javax.management.ObjectName;
import org.mailtimemachine.mailstore.figures.PrometheusText;

/** The figures of the Java process, by the names that Prometheus' own clients give them. */
final class JvmFigures {

  private static final System.Logger LOG = System.getLogger(JvmFigures.class.getName());

  private JvmFigures() {}

  static String text() {
    PrometheusText text = new PrometheusText("");
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    String heap = PrometheusText.label("area", "heap");
    String other = PrometheusText.label("area", "nonheap");
    text.gauge(
        "jvm_memory_used_bytes",
        "Memory that is used.",
        Map.of(
            heap, (double) memory.getHeapMemoryUsage().getUsed(),
            other, (double) memory.getNonHeapMemoryUsage().getUsed()));
    text.gauge(
        "jvm_memory_max_bytes",
        "Memory that may be used.",
        Map.of(heap, (double) memory.getHeapMemoryUsage().getMax()));
    text.gauge(
        "jvm_threads_current",
        "Platform threads.",
        ManagementFactory.getThreadMXBean().getThreadCount());
    Map<String, Double> collections = new TreeMap<>();
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      collections.put(
          PrometheusText.label("gc", collector.getName()), collector.getCollectionTime() / 1e3);
    }
    text.counter("jvm_gc_collection_seconds_total", "Time spent collecting garbage.", collections);
    text.gauge(
        "process_start_time_seconds",
        "When the process began, since 1970.",
        ManagementFactory.getRuntimeMXBean().getStartTime() / 1e3);
    process(text);
    return text.toString();
  }

  /** By JMX: the classes of these attributes are of a JDK module that the server does not show. */
  private static void process(PrometheusText text) {
    try {
      text.counter(
          "process_cpu_seconds_total",
          "Processor time.",
          attribute("ProcessCpuTime") / (double) TimeUnit.SECONDS.toNanos(1));
      text.gauge("process_open_fds", "Open files.", attribute("OpenFileDescriptorCount"));
      text.gauge("process_max_fds", "Files that may be open.", attribute("MaxFileDescriptorCount"));
    } catch (JMException e) {
      LOG.log(Level.DEBUG, "This JVM does not tell about its process", e);
    }
  }

  private static long attribute(String name) throws JMException {
    return ((Number)
            ManagementFactory.getPlatformMBeanServer()
                .getAttribute(new ObjectName(ManagementFactory.OPERATING_SYSTEM_MXBEAN_NAME), name))
        .longValue();
  }
}
