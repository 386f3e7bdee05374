<?php

declare(strict_types=1);

namespace WHMCS\Api\V1;

/** The actions that the role editor shows. A custom action is there only if some hook adds it. */
final class Catalog
{
    private static ?self $only = null;
    /** @var array<string, array<string, mixed>> */
    private array $actions = [
        'whmcsdetails' => ['group' => 'System', 'name' => 'WhmcsDetails', 'default' => 0],
        'getregistrars' => ['group' => 'Domains', 'name' => 'GetRegistrars', 'default' => 0],
        'updatemoduleconfiguration' => ['group' => 'Module', 'name' => 'UpdateModuleConfiguration', 'default' => 0],
        'getmoduleconfigurationparameters' => [
            'group' => 'Module',
            'name' => 'GetModuleConfigurationParameters',
            'default' => 0,
        ],
        'getclientsdomains' => ['group' => 'Client', 'name' => 'GetClientsDomains', 'default' => 0],
        'domaingetnameservers' => ['group' => 'Domains', 'name' => 'DomainGetNameservers', 'default' => 0],
    ];
    /** @var array<string, array<string, mixed>> */
    private array $groups = ['System' => ['name' => 'System'], 'Domains' => ['name' => 'Domains']];

    public static function get(): self
    {
        return self::$only ?? self::$only = new self();
    }

    /**
     * @param array<string, array<string, mixed>> $actions
     * @param array<string, array<string, mixed>> $groups
     */
    public static function add(array $actions, array $groups = []): void
    {
        $catalog = self::get();
        $catalog->actions = array_replace($catalog->actions, $actions);
        $catalog->groups = array_replace($catalog->groups, $groups);
    }

    /** @return array<string, array<string, mixed>> */
    public function getActions(): array
    {
        return $this->actions;
    }

    /** @return array<string, array<string, mixed>> */
    public function getGroups(): array
    {
        return $this->groups;
    }
}
