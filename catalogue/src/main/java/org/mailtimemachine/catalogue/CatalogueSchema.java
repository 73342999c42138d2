package org.mailtimemachine.catalogue;

import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.hibernate.SessionFactory;

/** Brings the database to the schema that this version needs. */
final class CatalogueSchema {

  private CatalogueSchema() {}

  /**
   * Migrates, then has Hibernate compare every table with its entity. Several servers may do it at
   * once: Flyway holds a lock of the database, and who comes second finds nothing to do.
   *
   * @throws RuntimeException where a migration fails or the tables are not as expected
   */
  static void prepare(DataSource database, SessionFactory sessions) {
    Flyway.configure(CatalogueSchema.class.getClassLoader())
        .dataSource(database)
        .locations("classpath:db/migration")
        .load()
        .migrate();
    sessions.getSchemaManager().validateMappedObjects();
  }
}
