package lab;

import java.lang.reflect.Field;
import java.util.List;
import java.util.Map;

/**
 * Runs something when the JVM's shutdown hooks have ended. The JVM starts them all at once and offers no order, so this
 * reads its list of them, which needs --add-opens=java.base/java.lang=ALL-UNNAMED.
 */
final class ShutdownHooks {
  private ShutdownHooks() {}

  /** The hooks registered by now. */
  static List<Thread> registered() throws ReflectiveOperationException {
    Field hooks = Class.forName("java.lang.ApplicationShutdownHooks").getDeclaredField("hooks");
    hooks.setAccessible(true);
    return ((Map<?, ?>) hooks.get(null)).keySet().stream().map(Thread.class::cast).toList();
  }

  /** Registers one more hook, which waits for those before it acts. */
  static void after(List<Thread> hooks, Runnable action) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  hooks.forEach(ShutdownHooks::awaitEnd);
                  action.run();
                }));
  }

  private static void awaitEnd(Thread hook) {
    try {
      // join() returns at once for a thread that has not been started yet.
      while (hook.getState() == Thread.State.NEW) Thread.sleep(1);
      hook.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
