<?php

declare(strict_types=1);

namespace Keyturn\Connector\HostBill;

use Keyturn\Connector\Refusal;

/** The module's entries under Settings > Apps, through HostBill's documented local API. getServerDetails gives the password decrypted. */
final class Apps
{
    private const OWNED = ['username', 'password'];

    /** @return array<string,string> id of the App => name */
    public function all(): array
    {
        $apps = [];
        foreach ($this->rows($this->call('getAppGroups', [])) as $group) {
            if (!$this->isOurs($group['modulename'] ?? null)) {
                continue;
            }
            $servers = $this->call('getAppServers', ['group' => (string) ($group['id'] ?? '')]);
            foreach ($this->rows($servers) as $server) {
                $apps[(string) ($server['id'] ?? '')] = $this->printable($server['name'] ?? '');
            }
        }
        unset($apps['']);

        return $apps;
    }

    /** @return array<string,mixed> everything HostBill knows of one App */
    public function details(string $id): array
    {
        $answer = $this->call('getServerDetails', ['id' => $id]);
        $details = is_array($answer['server'] ?? null) ? $answer['server'] : [];
        foreach (self::OWNED as $name) {
            if (!array_key_exists($name, $details)) {
                throw new Refusal('panel-error', 'HostBill does not tell the settings of this App.');
            }
        }

        return $details;
    }

    /**
     * Where an App keeps the test switch is not documented: it is taken where it stands under the module's own name, at the top or
     * one level down, and is null otherwise.
     *
     * @param array<string,mixed> $details
     * @return mixed
     */
    public function testSwitch(array $details)
    {
        foreach (array_merge([$details], array_values(array_filter($details, 'is_array'))) as $level) {
            if (array_key_exists('testmode', $level)) {
                return is_array($level['testmode']) ? ($level['testmode']['value'] ?? null) : $level['testmode'];
            }
        }

        return null;
    }

    /**
     * @param array<string,mixed> $details
     * @return array<string,mixed> the same App with other values in the places they were found
     */
    public function with(array $details, string $username, string $password, ?bool $testMode): array
    {
        $changed = array_replace($details, ['username' => $username, 'password' => $password]);
        if ($testMode === null) {
            return $changed;
        }

        return $this->withSwitch($changed, $testMode ? '1' : '0');
    }

    /**
     * @param array<string,mixed> $details
     * @return array<string,mixed>
     */
    public function others(array $details): array
    {
        return array_diff_key($this->withSwitch($details, ''), array_flip(self::OWNED));
    }

    /**
     * @param array<string,mixed> $level
     * @return array<string,mixed>
     */
    private function withSwitch(array $level, string $value, bool $nested = false): array
    {
        if (array_key_exists('testmode', $level)) {
            $level['testmode'] = is_array($level['testmode']) ? array_replace($level['testmode'], ['value' => $value]) : $value;

            return $level;
        }
        foreach ($nested ? [] : array_filter($level, 'is_array') as $name => $inner) {
            $level[$name] = $this->withSwitch($inner, $value, true);
        }

        return $level;
    }

    /** @param mixed $name */
    private function printable($name): string
    {
        return is_string($name) ? substr((string) preg_replace('/[^\x20-\x7e]/', '?', $name), 0, 80) : '';
    }

    /**
     * @param mixed $name the module's class or the name that people see: "domainnameapi", "Domain Name Api"
     */
    private function isOurs($name): bool
    {
        return is_string($name) && strtolower((string) preg_replace('/[^A-Za-z]/', '', $name)) === 'domainnameapi';
    }

    /**
     * @param array<string,mixed> $answer
     * @return array<int,array<string,mixed>>
     */
    private function rows(array $answer): array
    {
        return array_values(array_filter((array) ($answer['servers'] ?? []), 'is_array'));
    }

    /**
     * @param array<string,string> $fields
     * @return array<string,mixed>
     */
    private function call(string $function, array $fields): array
    {
        if (!class_exists('ApiWrapper')) {
            throw new Refusal('panel-error', 'This HostBill has no local API.');
        }
        $answer = (new \ApiWrapper())->$function($fields);
        if (!is_array($answer) || ($answer['success'] ?? true) !== true) {
            throw new Refusal('panel-error', 'HostBill refused to tell of its Apps.');
        }

        return $answer;
    }
}
