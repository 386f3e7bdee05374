<?php

/** A stand-in for the vendor's module: the same class, settings and places of its version numbers. */

require_once __DIR__ . '/lib/dna.php';

class domainnameapi extends DomainModule
{
    protected $version = '2.0.16';
    protected $modname = 'Domain Name Api';
    protected $configuration = [
        'username' => ['value' => '', 'type' => 'input', 'default' => false],
        'password' => ['value' => '', 'type' => 'password', 'default' => false],
        'testmode' => ['value' => '0', 'type' => 'check', 'default' => '0'],
    ];

    /** "Test Configuration": the balances that are zero are left out. */
    public function testConnection()
    {
        $found = $this->dna()->GetResellerDetails();
        if ($found['result'] !== 'OK') {
            $this->addError($found['error']['Details']);
            return false;
        }
        $balances = [];
        foreach ($found['balances'] as $one) {
            if ($one['balance'] > 0) {
                $balances[] = $one['balance'] . ' ' . $one['currency'];
            }
        }
        $this->addInfo("#{$found['id']} {$found['name']} (" . implode(', ', $balances) . ')');
        return true;
    }

    private function dna()
    {
        $test = $this->configuration['testmode']['value'] == '1';
        $values = $this->configuration;
        return new \DomainNameApi\DomainNameAPI_PHPLibrary($values['username']['value'], $values['password']['value'], $test);
    }
}
