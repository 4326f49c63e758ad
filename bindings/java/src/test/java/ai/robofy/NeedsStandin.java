package ai.robofy;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** Skipped without the stand-in service: no test messages the live one. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@EnabledIfEnvironmentVariable(named = "ROBOFY_BASE_URL", matches = "http://127\\.0\\.0\\.1:\\d+")
@interface NeedsStandin {}
