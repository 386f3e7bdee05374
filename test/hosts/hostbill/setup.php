<?php

declare(strict_types=1);

namespace Keyturn\Host\HostBill;

use function Keyturn\Host\database;

/** The tables of a fresh installation in which both the registrar module and Keyturn's plugin have been activated. */
function createTables(): void
{
    foreach (explode(';', TABLES) as $statement) {
        if (trim($statement) !== '') {
            database()->exec($statement);
        }
    }
}

const TABLES = <<<'SQL'
CREATE TABLE hb_configuration (setting VARCHAR(64) PRIMARY KEY, value TEXT);
INSERT INTO hb_configuration VALUES ('Version', '2026-10-05');
CREATE TABLE hb_modules_configuration (
    id INT AUTO_INCREMENT PRIMARY KEY, module VARCHAR(64), type VARCHAR(32), filename VARCHAR(128), active TINYINT,
    access TEXT, config LONGBLOB
);
INSERT INTO hb_modules_configuration VALUES (17, 'domainnameapi', 'Domain', 'class.domainnameapi.php', 1, '1|2', 'a:0:{}');
INSERT INTO hb_modules_configuration VALUES (31, 'keyturn', 'Other', 'class.keyturn.php', 1, '1', 'a:0:{}');
CREATE TABLE hb_server_groups (id INT PRIMARY KEY, name VARCHAR(128), module INT, modulename VARCHAR(64));
INSERT INTO hb_server_groups VALUES (1, 'cPanel servers', 9, 'Cpanel');
INSERT INTO hb_server_groups VALUES (2, 'Registrar', 17, 'Domain Name Api');
CREATE TABLE hb_servers (
    id INT AUTO_INCREMENT PRIMARY KEY, group_id INT, name VARCHAR(128), username BLOB, password BLOB, host VARCHAR(128),
    ip VARCHAR(64), default_module INT, enable TINYINT, custom LONGBLOB
);
CREATE TABLE hb_api_access (api_id VARCHAR(64) PRIMARY KEY, api_key VARCHAR(128), ip VARCHAR(64), functions TEXT NULL);
CREATE TABLE hb_api_log (
    id INT AUTO_INCREMENT PRIMARY KEY, date DATETIME, action VARCHAR(64), result VARCHAR(16), api_id VARCHAR(64), ip VARCHAR(64)
);
SQL;
