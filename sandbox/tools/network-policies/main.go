// Command network-policies is kube-network-policies for tests. Without arguments it judges connections with the evaluator: it reads a list of
// questions from standard input, each with the objects of a cluster and some packets, and writes a list of verdicts for each question. With
// "enforce KUBECONFIG NODE" it puts the policies of a cluster into the kernel of its network namespace, for the pods of one node.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	_ "unsafe" // for go:linkname

	v1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/kube-network-policies/pkg/networkpolicy"
)

// packet has the fields of the evaluator's own packet, in the same order.
type packet struct {
	id      uint32
	family  v1.IPFamily
	srcIP   net.IP
	dstIP   net.IP
	proto   v1.Protocol
	srcPort int
	dstPort int
	payload []byte
}

// evaluatePacket is the evaluator itself. Its package does not export it, and its queue hands it packets of the kernel only.
//
//go:linkname evaluatePacket sigs.k8s.io/kube-network-policies/pkg/networkpolicy.(*Controller).evaluatePacket
func evaluatePacket(c *networkpolicy.Controller, ctx context.Context, p packet) bool

type question struct {
	Namespaces []*v1.Namespace               `json:"namespaces"`
	Pods       []*v1.Pod                     `json:"pods"`
	Policies   []*networkingv1.NetworkPolicy `json:"policies"`
	Packets    []struct {
		From     string      `json:"from"`
		To       string      `json:"to"`
		Port     int         `json:"port"`
		Protocol v1.Protocol `json:"protocol"`
	} `json:"packets"`
}

func main() {
	if len(os.Args) == 4 && os.Args[1] == "enforce" {
		if err := enforce(os.Args[2], os.Args[3]); err != nil {
			fail(err)
		}
		return
	}
	var questions []question
	if err := json.NewDecoder(os.Stdin).Decode(&questions); err != nil {
		fail(err)
	}
	answers := make([][]bool, len(questions))
	for i, asked := range questions {
		verdicts, err := judge(asked)
		if err != nil {
			fail(err)
		}
		answers[i] = verdicts
	}
	if err := json.NewEncoder(os.Stdout).Encode(answers); err != nil {
		fail(err)
	}
}

// judge puts the objects into the caches that the evaluator reads, and asks it about each packet.
func judge(asked question) ([]bool, error) {
	// Nothing starts the informers, so the client is never used.
	client, err := kubernetes.NewForConfig(&rest.Config{Host: "http://127.0.0.1"})
	if err != nil {
		return nil, err
	}
	factory := informers.NewSharedInformerFactory(client, 0)
	controller, err := newController(client, factory, networkpolicy.Config{NodeName: "host"})
	if err != nil {
		return nil, err
	}
	policies := factory.Networking().V1().NetworkPolicies()
	namespaces := factory.Core().V1().Namespaces()
	pods := factory.Core().V1().Pods()
	for _, each := range asked.Namespaces {
		if err := namespaces.Informer().GetStore().Add(each); err != nil {
			return nil, err
		}
	}
	for _, each := range asked.Pods {
		if err := pods.Informer().GetStore().Add(each); err != nil {
			return nil, err
		}
	}
	for _, each := range asked.Policies {
		if err := policies.Informer().GetStore().Add(each); err != nil {
			return nil, err
		}
	}
	verdicts := make([]bool, len(asked.Packets))
	for i, each := range asked.Packets {
		verdicts[i] = evaluatePacket(controller, context.Background(), packet{
			family:  v1.IPv4Protocol,
			srcIP:   net.ParseIP(each.From),
			dstIP:   net.ParseIP(each.To),
			proto:   each.Protocol,
			srcPort: 40000,
			dstPort: each.Port,
		})
	}
	return verdicts, nil
}

// newController makes the part of kube-network-policies that knows the policies. Its plugin of the container runtime stays on, because without it the
// evaluator fails at an address that no pod has.
func newController(client kubernetes.Interface, factory informers.SharedInformerFactory, config networkpolicy.Config) (*networkpolicy.Controller, error) {
	policies := factory.Networking().V1().NetworkPolicies()
	namespaces := factory.Core().V1().Namespaces()
	pods := factory.Core().V1().Pods()
	return networkpolicy.NewController(client, policies, namespaces, pods, nil, nil, nil, nil, config)
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
