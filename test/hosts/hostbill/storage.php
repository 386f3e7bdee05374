<?php

/** What lies in the tables, in the panel's own form: written as the admin area writes it, read for the test to compare. */

declare(strict_types=1);

namespace Keyturn\Host\HostBill;

/** { app?: id, username, password, testMode, others: name => value, testSwitch?: the switch's very text } */
function store(array $values): void
{
    if (isset($values['app'])) {
        storeApp((int) $values['app'], $values);
        return;
    }
    $configuration = [
        'username' => ['value' => $values['username'], 'type' => 'input'],
        'password' => ['value' => $values['password'], 'type' => 'password'],
        'testmode' => ['value' => $values['testSwitch'] ?? ($values['testMode'] ? '1' : '0'), 'type' => 'check'],
    ];
    foreach ($values['others'] as $name => $value) {
        $configuration[$name] = ['value' => $value, 'type' => 'input'];
    }
    \ModuleRows::save(17, $configuration);
}

/** { app?: id } */
function stored(array $values): array
{
    if (isset($values['app'])) {
        return storedApp((int) $values['app']);
    }
    [$row] = rows('SELECT * FROM hb_modules_configuration WHERE id = 17');
    $configuration = array_map(static fn (array $field) => $field['value'], \ModuleRows::configuration($row));
    $others = array_diff_key($configuration, ['username' => 0, 'password' => 0, 'testmode' => 0]);
    return [
        'username' => $configuration['username'] ?? '',
        'password' => $configuration['password'] ?? '',
        'testMode' => ($configuration['testmode'] ?? '') === '1',
        'others' => (object) $others,
    ];
}

/** { name, switch: bool (the App keeps a test switch) }; gives the App's id */
function addApp(array $values): int
{
    $custom = ($values['switch'] ?? true) ? ['testmode' => '0'] : [];
    rows(
        "INSERT INTO hb_servers (group_id, name, username, password, host, ip, default_module, enable, custom)
         VALUES (?, ?, '', '', 'ns1.example.test', '192.0.2.1', 17, 1, ?)",
        [$values['group'] ?? 2, $values['name'], serialize($custom)]
    );
    return (int) \Keyturn\Host\database()->lastInsertId();
}

function storeApp(int $id, array $values): void
{
    [$row] = rows('SELECT * FROM hb_servers WHERE id = ?', [$id]);
    $custom = (array) unserialize((string) $row['custom'], ['allowed_classes' => false]);
    if (array_key_exists('testmode', $custom)) {
        $custom = ['testmode' => $values['testMode'] ? '1' : '0'] + (array) $values['others'];
    }
    rows('UPDATE hb_servers SET username = ?, password = ?, custom = ? WHERE id = ?', [
        $values['username'],
        \Cipher::encrypt($values['password']),
        serialize($custom),
        $id,
    ]);
}

function storedApp(int $id): array
{
    [$row] = rows('SELECT * FROM hb_servers WHERE id = ?', [$id]);
    $custom = (array) unserialize((string) $row['custom'], ['allowed_classes' => false]);
    return [
        'username' => $row['username'],
        'password' => \Cipher::decrypt((string) $row['password']),
        'testMode' => ($custom['testmode'] ?? '') === '1',
        'others' => (object) array_diff_key($custom, ['testmode' => 0]),
    ];
}
